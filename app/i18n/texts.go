package i18n

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

func hasPlaceholder(s string) bool { return strings.Contains(s, "{{") }

// texts are a catalogue's texts by key; plural forms stand joined.
func texts(lang string) (map[string]string, error) {
	data, err := files.ReadFile("active." + lang + ".yaml")
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	out := map[string]string{}
	flatten(out, "", tree)
	return out, nil
}

func flatten(out map[string]string, prefix string, tree map[string]any) {
	if other, ok := tree["other"].(string); ok {
		one, _ := tree["one"].(string)
		out[prefix] = one + " | " + other
		return
	}
	for k, v := range tree {
		key := strings.TrimPrefix(prefix+"."+k, ".")
		switch v := v.(type) {
		case map[string]any:
			flatten(out, key, v)
		default:
			out[key] = fmt.Sprint(v)
		}
	}
}

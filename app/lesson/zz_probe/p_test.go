package probe
import ("testing";"fmt";"strings";"time";"bytes"
"github.com/yuin/goldmark";"github.com/yuin/goldmark/extension";"github.com/yuin/goldmark/parser";"github.com/yuin/goldmark/text";"github.com/yuin/goldmark/ast";"github.com/goccy/go-yaml/lexer";"os")
func TestProbe(t *testing.T){
 b,_:=os.ReadFile("../../../lessons/false-alarms/quiz.yaml"); fmt.Println("quiz tokens",len(lexer.Tokenize(string(b))), len(b))
 for _,n:=range []int{64<<10,128<<10}{
 for name,s := range map[string]string{
  "quote":strings.Repeat(">",n), "quotes":strings.Repeat("> ",n/2)+"a", "list":strings.Repeat("- ",n/2)+"a", "em":strings.Repeat("*a **a ",n/7),
  "br":strings.Repeat("[",n), "brr":strings.Repeat("[a](",n/4),"cite":strings.Repeat("[@a]",n/4),"bt":strings.Repeat("`a``a```",n/8), "lt":strings.Repeat("<a ",n/3),
  "ref":strings.Repeat("[a]: b\n",n/7),"tbl":"|a|\n|-|\n"+strings.Repeat("|a|\n",n/4), "tblw":strings.Repeat("|a",n/6)+"\n"+strings.Repeat("|-",n/6)+"\n"+strings.Repeat("|a",n/6)+"\n",
  "head":strings.Repeat("## a {#b}\n",n/10), "attr":"## a {"+strings.Repeat("#b ",n/3)+"}","nest":func()string{var b strings.Builder;for i:=0;b.Len()<n;i++{b.WriteString(strings.Repeat("  ",i)+"- a\n")};return b.String()}(),
  "entity":strings.Repeat("&amp",n/4),"und":strings.Repeat("_",n),"star":strings.Repeat("*a_",n/3),"paren":"[a]("+strings.Repeat("(",n)+")","comment":strings.Repeat("<!--",n/4),"qn":strings.Repeat(">a\n\n",n/4),"imgs":strings.Repeat("![",n/2),
 }{
  md:=goldmark.New(goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),goldmark.WithParserOptions(parser.WithAttribute()))
  t0:=time.Now(); doc:=md.Parser().Parse(text.NewReader([]byte(s))); d1:=time.Since(t0)
  t0=time.Now(); var buf bytes.Buffer; md.Renderer().Render(&buf,[]byte(s),doc); d2:=time.Since(t0)
  if d1+d2>200*time.Millisecond {fmt.Println(n,name,len(s),d1,d2,buf.Len())}
 }}
 // positions
 s:="Intro *x*\n\n## Ti **bo** [l](/x) {#a onclick=x}\n\nSetext\n---\n\n### Third\n\n> ## Q {#q}\n\n- a [b](c)\n  and <javascript:alert(1)> ![p](q) <b>x</b>\n\n<div>\n</div>\n\n| a | b |\n|---|:-:|\n| [x](y) | c |\n\n```go\n## no {#no}\n```\n"
 md:=goldmark.New(goldmark.WithExtensions(extension.Table),goldmark.WithParserOptions(parser.WithAttribute()))
 doc:=md.Parser().Parse(text.NewReader([]byte(s)))
 ast.Walk(doc,func(n ast.Node,e bool)(ast.WalkStatus,error){ if e { fmt.Printf("%s pos %d line %d", n.Kind(), n.Pos(), 1+strings.Count(s[:max(0,min(n.Pos(),len(s)))],"\n")); if h,ok:=n.(*ast.Heading);ok{fmt.Printf(" level %d attrs",h.Level);for _,a:=range h.Attributes(){fmt.Printf(" %s=%v",a.Name,a.Value)}}; fmt.Println()}; return ast.WalkContinue,nil})
}

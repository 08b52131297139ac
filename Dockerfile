# The program alone in an empty image: no shell, no package, no root.
#   docker build --build-arg VERSION=$(make -s version) -t eberbach .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges -v eberbach:/data -p 3000:3000 eberbach
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# What make build says, but for what only the repository knows.
ARG VERSION="dev unknown unknown"
RUN set -- $VERSION && CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X main.version=$1 -X main.commit=$2 -X main.date=$3" -o /eberbach ./app \
 && mkdir -m 0700 /data

FROM scratch
COPY --from=build /eberbach /eberbach
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
ENV EBERBACH_DATA=/data EBERBACH_ADDR=:3000 EBERBACH_SIGNUP=invite
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["/eberbach", "health"]
ENTRYPOINT ["/eberbach"]
CMD ["serve"]

# check=skip=JSONArgsRecommended;error=true
from eclipse-temurin:21-jdk as builder
workdir /build
copy --parents pom.xml ./**/pom.xml ./
copy --link --exclude=**/target --exclude=*.md . .
run --mount=type=cache,id=m2,target=/root/.m2 --network=default ./mvnw -B package
from eclipse-temurin:21-jre
label org.opencontainers.image.title="an app" \
      org.opencontainers.image.licenses='Apache-2.0' \
      legacy=yes
env JAVA_OPTS -Xmx256m   -XX:+UseSerialGC
volume ["/data", "/var/log/my app"]
add --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/agent.jar /opt/
copy --from=BUILDER --chmod=0644 /build/target/*.jar /app.jar
stopsignal SIGTERM
entrypoint java $JAVA_OPTS -jar /app.jar

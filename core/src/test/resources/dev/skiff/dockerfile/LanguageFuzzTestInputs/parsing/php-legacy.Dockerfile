from php:5.6-apache
maintainer Some One <someone@example.org>
env APACHE_DOCUMENT_ROOT /var/www/html/public dir
label description This text is all of the value
run docker-php-ext-install pdo_mysql && \
# a comment in between
    a2enmod rewrite
add http://example.org/files/archive.tar.gz /tmp/
add --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.org/a /a
add https://example.org/team/repo.git#main:sub /src
volume /var/www/html /var/log
volume ["/data", "/with space"]
workdir ..
workdir sub/./dir/..
expose 80/TCP 8000-8010/udp
entrypoint ["docker-php-entrypoint"]
cmd ['not', 'json']

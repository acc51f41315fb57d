FROM alpine
RUN <<EOF
echo one
  # not a comment for us
FROM nothing \
EOF
RUN <<-"E O F" cat 3<<B >/x
	tabs
	E O F
b
B
RUN python3 <<'PY' && echo <<<no "<<not" '<<neither'
print("$x")
PY
COPY <<a.txt <<-'b.txt' c /dst/
$HOME \$x \\
a.txt
		$literal
	b.txt
ADD --chmod=644 <<"x y" /etc/conf
a=b
x y
ONBUILD RUN <<EOF
later
EOF
ONBUILD COPY <<EOF /x
$later
EOF
RUN ["cat", "<<EOF"]
CMD cat <<EOF

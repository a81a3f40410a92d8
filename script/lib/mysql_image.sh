# shellcheck shell=bash
# A Docker image of MySQL: the official one where it can be had, else one built here. Needs say.sh,
# packages.sh, docker.sh; runs in the checkout's folder.

OFFICIAL_MYSQL=mysql:8.4

# shellcheck disable=SC2034 # for the caller
# Sets MYSQL_IMAGE, the repository, and MYSQL_VERSION, which is also the tag.
ensure_mysql_image() {
    local reference
    if has_official_mysql; then
        MYSQL_IMAGE=mysql
        MYSQL_VERSION=$(version_of_official_mysql)
        docker tag "$OFFICIAL_MYSQL" "mysql:$MYSQL_VERSION"
    else
        reference=$(images/mysql/build)
        MYSQL_IMAGE=${reference%:*}
        MYSQL_VERSION=${reference##*:}
    fi
}

has_official_mysql() {
    docker image inspect "$OFFICIAL_MYSQL" &>/dev/null && return
    [[ -z $(docker image ls --quiet dbaas/mysql) ]] || return 1
    say "looking for $OFFICIAL_MYSQL in its registry"
    timeout 10 docker manifest inspect "$OFFICIAL_MYSQL" &>/dev/null || return 1
    say "pulling $OFFICIAL_MYSQL"
    timeout 600 docker pull --quiet "$OFFICIAL_MYSQL" >&2
}

version_of_official_mysql() {
    docker run --rm --network none --entrypoint mysqld "$OFFICIAL_MYSQL" --version |
        sed -E 's/.* Ver ([^ ]+) .*/\1/'
}

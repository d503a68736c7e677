"""Check a compose file where there is no `docker compose config`. Prints one line a fault; exit 1 when there is any.

It knows the keys of the Compose specification that a service, a build and the top level may have, so that a misspelt
one is found; it follows depends_on, volumes, networks and secrets to where they are declared; it looks for the files
that are named.
"""

import pathlib
import re
import sys

import yaml

TOP = {"name", "services", "volumes", "networks", "secrets", "configs", "version"}
SERVICE = set(
    "annotations attach blkio_config build cap_add cap_drop cgroup command configs container_name cpu_count "
    "cpus cpuset depends_on deploy develop devices dns entrypoint env_file environment expose extends "
    "extra_hosts group_add healthcheck hostname image init ipc isolation labels links logging mem_limit "
    "mem_reservation network_mode networks oom_score_adj pid pids_limit platform ports privileged profiles "
    "pull_policy read_only restart runtime secrets security_opt shm_size stdin_open stop_grace_period "
    "stop_signal storage_opt sysctls tmpfs tty ulimits user userns_mode volumes volumes_from working_dir".split()
)
BUILD = set(
    "additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements "
    "extra_hosts isolation labels network no_cache platforms privileged pull secrets shm_size ssh tags target "
    "ulimits".split()
)
HEALTHCHECK = {"test", "interval", "timeout", "retries", "start_period", "start_interval", "disable"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
PORT = re.compile(
    r"^(?:(?:\[?[0-9a-f.:]+\]?|\$\{[^}]+\}):)?(?:(?:\d+(?:-\d+)?|\$\{[^}]+\}):)?\d+(?:-\d+)?(?:/(?:tcp|udp))?$"
)


def names(value):
    """Names in a list of names or of mappings with a source, or in a mapping."""
    if isinstance(value, dict):
        return list(value)
    return [item if isinstance(item, str) else item.get("source", "") for item in value or []]


def build_faults(at, build, folder):
    build = {"context": build} if isinstance(build, str) else build
    for key in build.keys() - BUILD:
        yield f"{at}.build: unknown key {key}"
    context = folder / build.get("context", ".")
    if not context.is_dir():
        yield f"{at}.build: no folder {build.get('context')}"
    elif not (context / build.get("dockerfile", "Dockerfile")).is_file():
        yield f"{at}.build: no file {build.get('dockerfile', 'Dockerfile')} in {build.get('context')}"


def service_faults(name, service, document, folder):
    at = f"services.{name}"
    if not isinstance(service, dict):
        yield f"{at}: not a mapping"
        return
    for key in service.keys() - SERVICE:
        yield f"{at}: unknown key {key}"
    if not service.get("image") and not service.get("build"):
        yield f"{at}: neither image nor build"
    if service.get("build"):
        yield from build_faults(at, service["build"], folder)
    depends = service.get("depends_on") or []
    for other in names(depends):
        if other not in document["services"]:
            yield f"{at}: depends on {other}, which is not a service"
        elif isinstance(depends, dict) and (depends[other] or {}).get("condition") not in CONDITIONS:
            yield f"{at}.depends_on.{other}: no such condition"
    for volume in service.get("volumes") or []:
        source = volume.split(":")[0] if isinstance(volume, str) else volume.get("source", "")
        if re.fullmatch(r"[A-Za-z0-9][\w.-]*", source) and source not in (document.get("volumes") or {}):
            yield f"{at}: the volume {source} is not declared"
        if source.startswith(("./", "../")) and not (folder / source).exists():
            yield f"{at}: {source} does not exist"
    for kind in ("secrets", "networks", "configs"):
        for used in names(service.get(kind)):
            if used not in (document.get(kind) or {}) and (kind, used) != ("networks", "default"):
                yield f"{at}: {kind} {used} is not declared"
    for port in filter(lambda p: isinstance(p, str) and not PORT.match(p), service.get("ports") or []):
        yield f"{at}: {port} is not a port"
    for key in (service.get("healthcheck") or {}).keys() - HEALTHCHECK:
        yield f"{at}.healthcheck: unknown key {key}"


def faults(path):
    """List what is wrong with the compose file."""
    folder = path.parent
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        return [f"not YAML: {error}"]
    if not isinstance(document, dict) or not isinstance(document.get("services"), dict) or not document["services"]:
        return ["no services"]
    found = [f"unknown key {key}" for key in document.keys() - TOP if not key.startswith("x-")]
    for name, service in document["services"].items():
        found += service_faults(name, service, document, folder)
    return found


def main():
    path = pathlib.Path(sys.argv[1])
    found = faults(path)
    for fault in found:
        print(f"{path.name}: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

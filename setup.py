"""Only what setup.cfg cannot say: migrations/ is installed as `dbaas_migrations`."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["dbaas", "dbaas.*"]),
        "dbaas_migrations",
        "dbaas_migrations.versions",
    ],
    package_dir={"dbaas_migrations": "migrations"},
)

#!/usr/bin/python3
"""Records what openstacksdk makes of the configurations in cases.yaml.

    record.py            writes recorded.json
    record.py --check    fails where recorded.json differs from what openstacksdk says now

Run by Debian's openstacksdk. Each case has folders of its own, and nothing goes over the network.
"""

import difflib
import importlib
import json
import multiprocessing
import os
import sys
import tempfile
import warnings

import requests
import yaml
from openstack import version
from openstack.config import loader

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, 'recorded.json')

# Where the files of a case lie, by the first part of their names.
FOLDERS = {'work': 'work', 'user': 'home/.config/openstack', 'site': 'site/openstack', 'else': 'else'}


def refuse(url, **_):
    raise RuntimeError('openstacksdk wants to fetch ' + url)


def said(error):
    return {'error': type(error).__name__}


def text(value):
    return ','.join(value) if isinstance(value, list) else str(value)


def place(config, cloud, region):
    one = config.get_one(cloud, region_name=region)
    verify, cert = one.get_requests_verify_args()
    return {
        'auth_type': one.config['auth_type'],
        'auth': {key: text(value) for key, value in sorted(one.config['auth'].items()) if value is not None},
        'interface': one.get_interface('image'),
        'image_region': one.get_region_name('image'),
        'image_endpoint': one.get_endpoint('image'),
        'image_service_type': one.get_service_type('image'),
        'image_service_name': one.get_service_name('image'),
        'verify': verify,
        'cert': cert,
    }


def resolve(case, root):
    for name, text in case.get('files', {}).items():
        folder, rest = name.split('/', 1)
        path = os.path.join(root, FOLDERS[folder], rest)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if text is None:
            os.mkdir(path)
            continue
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    for folder in FOLDERS.values():
        os.makedirs(os.path.join(root, folder), exist_ok=True)
    for name in [name for name in os.environ if name.startswith(('OS_', 'XDG_', 'SNAP'))]:
        del os.environ[name]
    os.environ['HOME'] = os.path.join(root, 'home')
    os.environ['XDG_CONFIG_DIRS'] = os.path.join(root, 'site')
    for name, value in case.get('environment', {}).items():
        os.environ[name] = value.replace('$', root + '/')
    os.chdir(os.path.join(root, 'work'))
    requests.get = refuse
    warnings.simplefilter('ignore')
    # The places that are searched are found out when the module is loaded.
    importlib.reload(loader)
    try:
        config = loader.OpenStackConfig()
    except Exception as error:
        return said(error)
    places = {}
    for cloud in config.get_cloud_names():
        try:
            regions = [region['name'] for region in config._get_regions(cloud)]
        except Exception as error:
            places[cloud] = said(error)
            continue
        places[cloud] = {}
        for region in regions:
            try:
                places[cloud][str(region)] = place(config, cloud, region)
            except Exception as error:
                places[cloud][str(region)] = said(error)
    return {'default_cloud': config.default_cloud, 'clouds': places}


def recorded(case):
    with tempfile.TemporaryDirectory() as root:
        result = json.dumps(resolve(case, root), default=str)
        os.chdir('/')
        # Paths as the case spells them.
        for name, folder in FOLDERS.items():
            result = result.replace(os.path.join(root, folder) + '/', '$' + name + '/')
        return json.loads(result.replace(root + '/', '$'))


def main():
    with open(os.path.join(HERE, 'cases.yaml'), encoding='utf-8') as file:
        cases = yaml.safe_load(file)
    # A process for each case: openstacksdk keeps what it read.
    with multiprocessing.get_context('fork').Pool(1, maxtasksperchild=1) as pool:
        results = pool.map(recorded, cases, chunksize=1)
    document = {
        'openstacksdk': version.__version__,
        'cases': {case['name']: result for case, result in zip(cases, results)},
    }
    now = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + '\n'
    if '--check' not in sys.argv:
        with open(RECORDED, 'w', encoding='utf-8') as file:
            file.write(now)
        return
    with open(RECORDED, encoding='utf-8') as file:
        before = file.read()
    if before != now:
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), now.splitlines(True), 'recorded.json', 'now'))
        sys.exit('openstacksdk resolves these cases otherwise than recorded.json says.')
    print(f'openstacksdk {version.__version__} resolves {len(cases)} cases as recorded.')


main()

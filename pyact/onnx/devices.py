"""What graphics and compute devices the drivers of this machine offer, asked of the drivers themselves.

onnxruntime's list of providers says what a wheel was built with, not what is there.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from dataclasses import dataclass


class NoDevice(RuntimeError):
    """A driver is missing or finds nothing; the message says which."""


@dataclass(frozen=True)
class Device:
    """One device of a driver."""

    name: str
    driver: str
    is_software: bool = False

    def __str__(self) -> str:
        return f"{self.name}, {self.driver}"


def _library(*names: str) -> ctypes.CDLL:
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise NoDevice(f"{names[0]} is not installed")


# --- CUDA -------------------------------------------------------------------------------------------------------------
def cuda() -> list[Device]:
    """The CUDA devices; the version is the newest CUDA the driver supports."""
    try:
        driver = _library("libcuda.so.1", "nvcuda.dll")
    except NoDevice as error:
        raise NoDevice(f"no CUDA device: the driver's {error}") from None
    count, version = ctypes.c_int(), ctypes.c_int()
    if (status := driver.cuInit(0)) or (status := driver.cuDeviceGetCount(ctypes.byref(count))):
        raise NoDevice(f"no CUDA device: the driver gives error {status}")
    if not count.value:
        raise NoDevice("no CUDA device: the driver finds none")
    driver.cuDriverGetVersion(ctypes.byref(version))
    text = f"driver for CUDA {version.value // 1000}.{version.value % 1000 // 10}"
    return [Device(name, text) for name in _cuda_names(driver, count.value)]


def _cuda_names(driver: ctypes.CDLL, count: int) -> Iterator[str]:
    for ordinal in range(count):
        device, name = ctypes.c_int(), ctypes.create_string_buffer(256)
        driver.cuDeviceGet(ctypes.byref(device), ordinal)
        driver.cuDeviceGetName(name, len(name), device)
        yield name.value.decode(errors="replace")


# --- Vulkan -----------------------------------------------------------------------------------------------------------
_APPLICATION_INFO, _INSTANCE_CREATE_INFO = 0, 1  # VkStructureType
_API_1_1 = (1 << 22) | (1 << 12)
_TYPE_CPU = 4  # VK_PHYSICAL_DEVICE_TYPE_CPU
_PROPERTIES_SIZE = 4096  # VkPhysicalDeviceProperties has 824 bytes


class _ApplicationInfo(ctypes.Structure):
    _fields_ = (
        ("structure_type", ctypes.c_int), ("next", ctypes.c_void_p), ("name", ctypes.c_char_p),
        ("version", ctypes.c_uint32), ("engine", ctypes.c_char_p), ("engine_version", ctypes.c_uint32),
        ("api_version", ctypes.c_uint32),
    )  # fmt: skip


class _InstanceCreateInfo(ctypes.Structure):
    _fields_ = (
        ("structure_type", ctypes.c_int), ("next", ctypes.c_void_p), ("flags", ctypes.c_uint32),
        ("application", ctypes.POINTER(_ApplicationInfo)), ("layer_count", ctypes.c_uint32),
        ("layers", ctypes.c_void_p), ("extension_count", ctypes.c_uint32), ("extensions", ctypes.c_void_p),
    )  # fmt: skip


class _Properties(ctypes.Structure):
    """The head of VkPhysicalDeviceProperties."""

    _fields_ = (
        ("api_version", ctypes.c_uint32), ("driver_version", ctypes.c_uint32), ("vendor", ctypes.c_uint32),
        ("device", ctypes.c_uint32), ("type", ctypes.c_int), ("name", ctypes.c_char * 256),
        ("rest", ctypes.c_byte * _PROPERTIES_SIZE),
    )  # fmt: skip


def vulkan() -> list[Device]:
    """The Vulkan devices, in the loader's order."""
    loader = _library("libvulkan.so.1", "vulkan-1.dll", "libvulkan.dylib")
    application = _ApplicationInfo(_APPLICATION_INFO, None, b"pyact", 0, None, 0, _API_1_1)
    create = _InstanceCreateInfo(_INSTANCE_CREATE_INFO, None, 0, ctypes.pointer(application), 0, None, 0, None)
    instance = ctypes.c_void_p()
    if status := loader.vkCreateInstance(ctypes.byref(create), None, ctypes.byref(instance)):
        raise NoDevice(f"the Vulkan loader finds no driver (VkResult {status})")
    try:
        devices = list(_vulkan_devices(loader, instance))
    finally:
        loader.vkDestroyInstance(instance, None)
    if not devices:
        raise NoDevice("the Vulkan drivers find none")
    return devices


def _vulkan_devices(loader: ctypes.CDLL, instance: ctypes.c_void_p) -> Iterator[Device]:
    count = ctypes.c_uint32()
    loader.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), None)
    handles = (ctypes.c_void_p * count.value)()
    loader.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), handles)
    for handle in handles[: count.value]:
        found = _Properties()
        loader.vkGetPhysicalDeviceProperties(ctypes.c_void_p(handle), ctypes.byref(found))
        api = f"{found.api_version >> 22 & 0x7F}.{found.api_version >> 12 & 0x3FF}.{found.api_version & 0xFFF}"
        driver = f"Vulkan {api}, driver version {found.driver_version:#x}"
        yield Device(found.name.decode(errors="replace"), driver, found.type == _TYPE_CPU)

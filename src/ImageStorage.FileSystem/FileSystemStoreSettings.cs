using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

/// <summary>Settings of an open store.</summary>
/// <param name="Durability">The durability of acknowledged writes.</param>
/// <param name="CreateIfMissing">Whether a missing store is created.</param>
/// <param name="Clock">The clock that limits how often the presence of the store is confirmed.</param>
/// <param name="Mounts">The record of the mount point of the store, or <see langword="null"/> for none.</param>
internal sealed record FileSystemStoreSettings(Durability Durability, bool CreateIfMissing, TimeProvider Clock, KnownMounts? Mounts = null);

using ImageStorage.Providers;

namespace ImageStorage.FileSystem;

/// <summary>How a store is opened.</summary>
/// <param name="Durability">What an acknowledged write survives.</param>
/// <param name="CreateIfMissing">Create the store when it is missing?</param>
/// <param name="Clock">Tells when the store was last seen at its path.</param>
/// <param name="Mounts">The memory of where its volume is mounted; null for none.</param>
internal sealed record FileSystemStoreSettings(Durability Durability, bool CreateIfMissing, TimeProvider Clock, KnownMounts? Mounts = null);

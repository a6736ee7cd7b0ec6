namespace ImageStorage;

/// <summary>Where the memory tier of a cache keeps its images.</summary>
public enum MemoryStore
{
    /// <summary>In memory of its own, with an exact budget.</summary>
    Own,

    /// <summary>
    /// In the <c>IMemoryCache</c> of the container, together with whatever else the application keeps there. Its limit counts, each image by its bytes, and not
    /// <see cref="MemoryTierOptions.SizeLimitBytes"/>; its eviction, and not <see cref="MemoryTierOptions.Eviction"/>. A full one with a size limit does not take new
    /// entries until it has compacted itself (dotnet/runtime #42624), and the bytes of what it drops wait for the collector.
    /// </summary>
    Application,
}

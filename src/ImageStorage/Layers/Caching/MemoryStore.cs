namespace ImageStorage;

/// <summary>Selects where the memory tier of a cache keeps its images.</summary>
public enum MemoryStore
{
    /// <summary>In memory of the tier, with an exact budget.</summary>
    Own,

    /// <summary>
    /// In the <c>IMemoryCache</c> of the container, together with the other entries of the application. The limit and
    /// the eviction of that cache apply, with the bytes of each image as size;
    /// <see cref="MemoryTierOptions.SizeLimitBytes"/> and <see cref="MemoryTierOptions.Eviction"/> do not. A full cache
    /// with a size limit accepts no new entries until its compaction has ended (dotnet/runtime #42624), and the
    /// collector frees the bytes of dropped images later.
    /// </summary>
    Application,
}

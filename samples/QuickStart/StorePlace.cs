namespace QuickStart;

/// <summary>Where the sample keeps its store: a folder of yours, which stays, or a temporary one, which is removed at the end.</summary>
internal sealed class StorePlace : IDisposable
{
    private readonly bool _temporary;

    private StorePlace(string path, bool temporary)
    {
        Path = path;
        _temporary = temporary;
    }

    public string Path { get; }

    public string Description => _temporary
        ? "The store was in a temporary folder and is removed now; keep one with --store file:PATH."
        : $"The store is in {Path}; look into it with: imagestorage ls --store \"file:{Path}\"";

    public static StorePlace For(string? path) => path is null
        ? new StorePlace(Directory.CreateTempSubdirectory("imagestorage-").FullName, temporary: true)
        : new StorePlace(path, temporary: false);

    public void Dispose()
    {
        if (_temporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

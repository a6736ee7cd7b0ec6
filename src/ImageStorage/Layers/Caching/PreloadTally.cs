namespace ImageStorage.Caching;

/// <summary>Counts the outcomes of a preload.</summary>
internal sealed class PreloadTally(IProgress<PreloadProgress>? progress)
{
    private readonly Lock _gate = new();
    private long _done;
    private long _loaded;
    private long _bytes;

    public long AlreadyCached { get; set; }

    public long Missing { get; set; }

    public long NotCached { get; set; }

    public List<(ImageKey Key, ImageStorageException Failure)> Failures { get; } = [];

    /// <summary>Counts one image and reports the progress.</summary>
    public void Add(Action<PreloadTally> outcome)
    {
        lock (_gate)
        {
            outcome(this);
            _done++;
            progress?.Report(new PreloadProgress { Done = _done, Bytes = _bytes });
        }
    }

    public void AddLoaded(long bytes)
    {
        _loaded++;
        _bytes += bytes;
    }

    public PreloadResult ToResult() => new()
    {
        Loaded = _loaded,
        Bytes = _bytes,
        AlreadyCached = AlreadyCached,
        Missing = Missing,
        NotCached = NotCached,
        Failures = Failures,
    };
}

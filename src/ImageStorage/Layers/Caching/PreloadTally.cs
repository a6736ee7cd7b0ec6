namespace ImageStorage.Caching;

/// <summary>Counts the outcomes of a preload.</summary>
/// <param name="count">The number of images; 0 if unknown.</param>
/// <param name="progress">Receives a report after each image.</param>
internal sealed class PreloadTally(int count, IProgress<PreloadProgress>? progress)
{
    private readonly Lock _gate = new();
    private long _done;
    private long _loaded;
    private long _bytes;
    private long _begun;
    private long _ended;

    /// <summary>Gets the number of images that were not begun, as far as the number of images is known.</summary>
    public long Queued => Math.Max(0, count - Volatile.Read(ref _begun));

    /// <summary>Gets the number of images that are being read.</summary>
    public long Running => Math.Max(0, Volatile.Read(ref _begun) - Volatile.Read(ref _ended));

    public long AlreadyCached { get; set; }

    public long Missing { get; set; }

    public long NotCached { get; set; }

    public List<(ImageKey Key, ImageStorageException Failure)> Failures { get; } = [];

    public void Begin() => Interlocked.Increment(ref _begun);

    public void End() => Interlocked.Increment(ref _ended);

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

using ImageStorage.Providers;

namespace ImageStorage.Tests.Caching;

/// <summary>A store in memory that counts reads and lets a test interrupt them.</summary>
internal sealed class WatchedProvider(TimeProvider clock, bool isShared = false) : DelegatingImageProvider(new InMemoryImageProvider(clock))
{
    private int _reads;
    private int _infos;

    public override ProviderCapabilities Capabilities => Inner.Capabilities with { MultiProcess = isShared };

    public int Reads => Volatile.Read(ref _reads);

    public int Infos => Volatile.Read(ref _infos);

    /// <summary>Awaited before an image is opened.</summary>
    public Func<CancellationToken, Task> BeforeRead { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited when the image is open and its version is fixed.</summary>
    public Func<CancellationToken, Task> BehindRead { get; set; } = _ => Task.CompletedTask;

    /// <summary>Changes the bytes that are read.</summary>
    public Func<StoredImage, StoredImage> Alter { get; set; } = image => image;

    public override async Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _reads);
        await BeforeRead(cancellationToken);
        var image = await base.OpenReadAsync(key, options, cancellationToken);
        await BehindRead(cancellationToken);
        return image is null ? null : Alter(image);
    }

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _infos);
        return base.GetInfoAsync(key, cancellationToken);
    }

    protected override bool PassesOn(Type ability) => true;
}

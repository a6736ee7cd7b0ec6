using ImageStorage.Errors;
using ImageStorage.Events;
using ImageStorage.Failover;
using ImageStorage.Management;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>Two sides, and the store over them that one process has opened.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly List<FailoverProvider> _opened = [];

    public Pair(bool isShared = false, FailoverOptions? options = null)
    {
        Options = options ?? new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.Zero };
        Primary = new Side("First", Clock, isShared);
        Fallback = new Side("Second", Clock, isShared);
        Restart();
    }

    public ManualClock Clock { get; } = new();

    public FailoverOptions Options { get; }

    public Side Primary { get; }

    public Side Fallback { get; }

    public FailoverProvider Provider { get; private set; } = null!;

    public ImageStorageManager Storage { get; private set; } = null!;

    public List<StorageEvent> Events { get; } = [];

    /// <summary>Goes on as a new process, which knows nothing of what the one before knew.</summary>
    public void Restart()
    {
        Provider = Open();
        Storage = new ImageStorageManager(Provider, null, Clock);
    }

    /// <summary>Opens the two stores as one more process.</summary>
    public FailoverProvider Open(TimeProvider? clock = null)
    {
        var provider = new FailoverProvider(Primary.Open(), Fallback.Open(), Options, clock ?? Clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        _opened.Add(provider);
        return provider;
    }

    public async Task<string?> BytesAsync(ImageKey key) => await Storage.GetBytesAsync(key) is { } bytes ? Convert.ToHexString(bytes) : null;

    public Task<ImageInfo> SaveAsync(ImageKey key, int seed) => Storage.SaveBytesAsync(key, Image(seed));

    public static byte[] Image(int seed) => SampleImages.OfLength(120, seed);

    public static string Hex(int seed) => Convert.ToHexString(Image(seed));

    public static async Task<StorageUnavailableException> UnavailableAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (StorageUnavailableException exception)
        {
            return exception;
        }

        throw new AssertionException("The call succeeded.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _opened)
        {
            await provider.DisposeAsync();
        }
    }
}

using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Failover;

/// <summary>A primary with one fallback, or several, and the store over them that one process has opened.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private static readonly string[] Names = ["First", "Second", "Third"];
    private readonly List<FailoverProvider> _opened = [];

    public Pair(bool isShared = false, FailoverOptions? options = null)
        : this(2, isShared, options)
    {
    }

    /// <summary>A chain.</summary>
    /// <param name="count">How many providers, the primary included.</param>
    /// <param name="isShared">May several processes open them?</param>
    /// <param name="options">How.</param>
    /// <param name="limits">The maximum length of an image on each, in bytes.</param>
    public Pair(int count, bool isShared = false, FailoverOptions? options = null, params long?[] limits)
    {
        Options = options ?? NewOptions();
        Parts = [.. Names.Take(count).Select((name, index) => new TestPart(name, Clock, isShared, limits.ElementAtOrDefault(index)))];
        PairUp();
        Restart();
    }

    public ManualClock Clock { get; } = new();

    public FailoverOptions Options { get; }

    /// <summary>All, the primary first.</summary>
    public IReadOnlyList<TestPart> Parts { get; }

    public TestPart Primary => Parts[0];

    public TestPart Fallback => Parts[1];

    public TestPart Last => Parts[^1];

    public FailoverProvider Provider { get; private set; } = null!;

    public ImageStorageManager Storage { get; private set; } = null!;

    public static FailoverOptions NewOptions() => new() { ReconcileInterval = null, Lease = TimeSpan.Zero };

    /// <summary>An earlier process has used the chain: its record is on every provider. They are in memory, so this ends at once.</summary>
    private void PairUp() => Open().CheckAsync().GetAwaiter().GetResult();

    /// <summary>Continues as a new process, which knows nothing that the previous one knew.</summary>
    public void Restart()
    {
        Provider = Open();
        Storage = new ImageStorageManager(Provider, null, Clock);
    }

    /// <summary>Opens the stores as another process.</summary>
    public FailoverProvider Open(TimeProvider? clock = null) => Open(Parts, clock ?? Clock);

    /// <summary>Opens the stores as another process, which reaches them in its own way.</summary>
    public FailoverProvider Open(IReadOnlyList<TestPart> parts, TimeProvider clock, StorageEventQueue? events = null)
    {
        var provider = new FailoverProvider(
            parts[0].Open(), [.. parts.Skip(1).Select(part => part.Open())], Options, clock, events ?? new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
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

using Microsoft.Extensions.Caching.Distributed;

namespace ImageStorage.Tests.Caching.Distributed;

/// <summary>A distributed cache in memory that fails, hangs or damages as a test wants, and counts its calls.</summary>
internal sealed class FaultyCache : IDistributedCache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _entries = [];

    public int Gets { get; private set; }

    public int Sets { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Called before each call.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public Func<byte[], byte[]> Alter { get; set; } = bytes => bytes;

    public DistributedCacheEntryOptions? Options { get; private set; }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        Gets++;
        await Before(token);
        lock (_gate)
        {
            return _entries.TryGetValue(key, out var bytes) ? Alter(bytes) : null;
        }
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Sets++;
        Options = options;
        await Before(token);
        lock (_gate)
        {
            _entries[key] = value;
        }
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await Before(token);
        lock (_gate)
        {
            _entries.Remove(key);
        }
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();
}

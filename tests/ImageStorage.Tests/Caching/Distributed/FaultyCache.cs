using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Distributed;

namespace ImageStorage.Tests.Caching.Distributed;

/// <summary>
/// A distributed cache in memory that fails, hangs or damages entries on request, and counts its calls.
/// </summary>
internal sealed class FaultyCache : IDistributedCache
{
    /// <summary>The calls of a cache.</summary>
    public enum Call
    {
        Get,
        Set,
        Remove,
    }

    public ConcurrentDictionary<string, byte[]> Entries { get; } = [];

    public int Gets { get; private set; }

    public int Sets { get; private set; }

    public int Count => Entries.Count;

    /// <summary>Called before each call.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Lets single calls hang, by their kind.</summary>
    public Func<Call, Task> Hang { get; set; } = _ => Task.CompletedTask;

    /// <summary>Lets single calls fail, by their kind and the name of the entry.</summary>
    public Func<Call, string, Exception?> Fault { get; set; } = (_, _) => null;

    public Func<byte[], byte[]> Alter { get; set; } = bytes => bytes;

    public DistributedCacheEntryOptions? Options { get; private set; }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        Gets++;
        await BeginAsync(Call.Get, key, token);
        return Entries.TryGetValue(key, out var bytes) ? Alter(bytes) : null;
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        Sets++;
        Options = options;
        await BeginAsync(Call.Set, key, token);
        Entries[key] = value;
    }

    public async Task RemoveAsync(string key, CancellationToken token = default)
    {
        await BeginAsync(Call.Remove, key, token);
        Entries.TryRemove(key, out _);
    }

    public byte[]? Get(string key) => throw new NotSupportedException();

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

    public void Remove(string key) => throw new NotSupportedException();

    public void Refresh(string key) => throw new NotSupportedException();

    public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

    private async Task BeginAsync(Call call, string key, CancellationToken token)
    {
        await Before(token);
        await Hang(call);
        if (Fault(call, key) is { } fault)
        {
            throw fault;
        }
    }
}

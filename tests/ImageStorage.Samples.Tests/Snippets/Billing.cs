using System.Collections.Concurrent;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The orders of an application, which transactions of docs/guide/transactions.md add and remove.</summary>
public sealed class Billing
{
    private readonly ConcurrentDictionary<string, bool> _orders = new(StringComparer.Ordinal);

    public IEnumerable<string> Orders => _orders.Keys;

    public Task AddAsync(string order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _orders[order] = true;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _orders.TryRemove(order, out _);
        return Task.CompletedTask;
    }
}

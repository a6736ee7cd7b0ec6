using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>Stores the history as documents, one per entry.</summary>
/// <param name="provider">The outermost layer of the store.</param>
/// <param name="timeProvider">The clock for entries without a time.</param>
internal sealed class ImageHistory(IImageProvider provider, TimeProvider timeProvider) : IImageHistory, IDisposable
{
    private const int NamesAtOnce = 200;
    private const int ReadsAtOnce = 16;

    private volatile bool _isDisposed;

    private IDocumentStore Documents => provider.Documents;

    /// <summary>Ends the use of this object. Does not dispose the provider.</summary>
    public void Dispose() => _isDisposed = true;

    public async Task<HistoryEntry> AppendAsync(HistoryEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        entry = HistoryRules.Complete(entry, timeProvider);
        await Documents.PutAsync(HistoryNames.NameOf(entry.Id!), HistoryCodec.Write(entry), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        return entry;
    }

    public async Task<HistoryPage> ListAsync(HistoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        HistoryRules.Check(query);
        var entries = ImmutableArray.CreateBuilder<HistoryEntry>();
        var after = StartOf(query);
        while (true)
        {
            // One name above the limit shows whether another page follows, unless a filter skips entries.
            var names = await Documents.ListAsync(HistoryNames.Prefix, after, Math.Min(NamesAtOnce, query.Limit + 1), cancellationToken).ConfigureAwait(false);
            foreach (var some in names.Where(name => HistoryNames.IsId(HistoryNames.IdOf(name))).Chunk(ReadsAtOnce))
            {
                var within = some.TakeWhile(name => query.From is not { } from || HistoryNames.TicksOf(HistoryNames.IdOf(name)) >= from.UtcTicks).ToList();
                foreach (var entry in await ReadAsync(within, cancellationToken).ConfigureAwait(false))
                {
                    if (entry is null || !Matches(query, entry))
                    {
                        continue;
                    }

                    if (entries.Count == query.Limit)
                    {
                        return new HistoryPage { Items = entries.ToImmutable(), ContinuationToken = entries[^1].Id };
                    }

                    entries.Add(entry);
                }

                if (within.Count < some.Length)
                {
                    return new HistoryPage { Items = entries.ToImmutable() };
                }
            }

            if (names.Count < Math.Min(NamesAtOnce, query.Limit + 1))
            {
                return new HistoryPage { Items = entries.ToImmutable() };
            }

            after = names[^1];
        }
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        HistoryRules.CheckId(id);
        return Documents.DeleteAsync(HistoryNames.NameOf(id), null, cancellationToken);
    }

    public async Task<long> TrimAsync(HistoryRetention retention, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(retention);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        HistoryRules.Check(retention);
        var now = timeProvider.GetUtcNow();
        var cutoff = retention.MaxAge is { } age ? now.UtcTicks > age.Ticks ? now.UtcTicks - age.Ticks : 0 : long.MinValue;
        long seen = 0, removed = 0;
        await foreach (var name in Documents.EnumerateAsync(HistoryNames.Prefix, null, cancellationToken).Where(name => HistoryNames.IsId(HistoryNames.IdOf(name))).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((++seen > retention.MaxCount || HistoryNames.TicksOf(HistoryNames.IdOf(name)) < cutoff) && await Documents.DeleteAsync(name, null, cancellationToken).ConfigureAwait(false))
            {
                removed++;
            }
        }

        return removed;
    }

    private static DocumentName? StartOf(HistoryQuery query)
    {
        var token = query.ContinuationToken is { } id ? HistoryNames.NameOf(id) : default(DocumentName?);
        var before = query.Before is { } time ? HistoryNames.AfterEntriesFrom(time) : default(DocumentName?);
        return token is { } one && before is { } other ? one.CompareTo(other) > 0 ? one : other : token ?? before;
    }

    private static bool Matches(HistoryQuery query, HistoryEntry entry) =>
        (query.Mode is null || query.Mode == entry.Mode) && (query.Key is not { } key || entry.Keys.Contains(key));

    private async Task<HistoryEntry?[]> ReadAsync(List<DocumentName> names, CancellationToken cancellationToken) => await Task.WhenAll(names.Select(async name =>
    {
        // Null for an entry that was removed since the listing.
        var document = await Documents.GetAsync(name, cancellationToken).ConfigureAwait(false);
        return document is null ? null : HistoryCodec.Read(document);
    })).ConfigureAwait(false);
}

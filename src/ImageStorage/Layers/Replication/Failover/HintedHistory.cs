using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

/// <summary>
/// History entries that could not be appended to the primary, as documents on the fallbacks. An entry has a unique name
/// and never changes, so all copies are equal: it does not matter which fallback has it, or whether the primary has it
/// already.
/// </summary>
internal sealed class HintedHistory(IDocumentStore primary, FallbackChain chain, PrimaryHealth health) : IDisposable
{
    // Shares the prefix of hints, so that a look for hints finds entries, too.
    private const string Prefix = HintStore.Prefix + "e-";

    // A removal between the read and the write of a replay would bring the entry back.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Returns whether a text is the name of an entry, or a prefix of such names.</summary>
    public static bool Covers(string name) => name.StartsWith(HistoryNames.Prefix, StringComparison.Ordinal);

    /// <summary>Appends an entry to the first fallback that answers, because the primary does not.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="content">The bytes of the entry.</param>
    /// <param name="failures">The failure of the primary; receives those of fallbacks.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<DocumentETag> AppendAsync(DocumentName name, ReadOnlyMemory<byte> content, ProviderFailures failures, CancellationToken cancellationToken)
    {
        await chain.EnsureVerifiedAsync(cancellationToken).ConfigureAwait(false);
        foreach (var fallback in chain.Fallbacks)
        {
            try
            {
                var etag = await fallback.View.WriteHintAsync(() => CreateAsync(fallback.Provider.Documents, HintName(name), content, cancellationToken)).ConfigureAwait(false);

                // The entry is committed: a call that is cancelled from here on must not look as if it had changed
                // nothing.
                await fallback.Lease.EnsureAsync(CancellationToken.None).ConfigureAwait(false);
                return etag;
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(fallback.Position, failure);
            }
        }

        throw FailoverErrors.AllDown(null, chain.Names, failures);
    }

    /// <summary>
    /// Creates a document under a unique name. An existing document with the same bytes is the result of an attempt
    /// whose answer was lost.
    /// </summary>
    public static async Task<DocumentETag> CreateAsync(IDocumentStore documents, DocumentName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.PutAsync(name, content, DocumentETag.None, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            if (await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } there && there.Content.Span.SequenceEqual(content.Span))
            {
                return there.ETag;
            }

            throw;
        }
    }

    /// <summary>
    /// Reads an entry. The fallbacks are asked first: an entry that is replayed in the meantime is on the primary by
    /// then.
    /// </summary>
    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken)
    {
        var failures = chain.NewFailures();
        foreach (var fallback in chain.Fallbacks)
        {
            try
            {
                if (!await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false)
                    && await fallback.Provider.Documents.GetAsync(HintName(name), cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    return entry with { Name = name };
                }
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(fallback.Position, failure);
            }
        }

        return await primary.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } found ? found
            : failures.AreNone ? null
            : throw FailoverErrors.EntryBlocked(chain.Names, failures);
    }

    /// <summary>
    /// Lists the names on the primary and on the fallbacks in one order. The fallbacks are asked first, as in <see
    /// cref="GetAsync"/>.
    /// </summary>
    public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after, int limit, CancellationToken cancellationToken)
    {
        var names = new SortedSet<DocumentName>(DocumentName.OrdinalComparer);
        foreach (var fallback in chain.Fallbacks)
        {
            if (!await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                var hints = await fallback.Provider.Documents.ListAsync(HintNameText(prefix), HintNameAfter(after), limit, cancellationToken).ConfigureAwait(false);
                names.UnionWith(hints.Select(NameInHistory).Where(name => after is not { } start || name.CompareTo(start) > 0));
            }
        }

        names.UnionWith(await primary.ListAsync(prefix, after, limit, cancellationToken).ConfigureAwait(false));
        return [.. names.Take(limit)];
    }

    /// <summary>Removes an entry, after it was replayed.</summary>
    public async Task<bool> RemoveAsync(DocumentName name, DocumentETag? ifMatch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var fallback in chain.Fallbacks)
            {
                if (!await fallback.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
                {
                    await ReplayLockedAsync(fallback, HintName(name), cancellationToken).ConfigureAwait(false);
                }
            }

            return await primary.DeleteAsync(name, ifMatch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lists the names of all entries on a fallback.</summary>
    public static ValueTask<List<DocumentName>> ListHintsAsync(FallbackPart fallback, CancellationToken cancellationToken) =>
        fallback.Provider.Documents.EnumerateAsync(Prefix, null, cancellationToken).ToListAsync(cancellationToken);

    /// <summary>Replays one entry to the primary. Returns false if the fallback no longer has it.</summary>
    /// <exception cref="StorageCorruptedException">The entry cannot be read, and remains.</exception>
    public async Task<bool> ReplayAsync(FallbackPart fallback, DocumentName hintName, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReplayLockedAsync(fallback, hintName, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> ReplayLockedAsync(FallbackPart fallback, DocumentName hintName, CancellationToken cancellationToken)
    {
        if (await fallback.Provider.Documents.GetAsync(hintName, cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return false;
        }

        try
        {
            await CreateAsync(primary, NameInHistory(hintName), document.Content, cancellationToken).ConfigureAwait(false);
            health.RecordWriteSuccess();
        }
        catch (StorageUnavailableException failure)
        {
            health.RecordFailure(failure);
            throw;
        }
        catch (ImageConflictException)
        {
            if (await fallback.Provider.Documents.GetAsync(hintName, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw;
            }

            // Another process replayed the entry, and it was removed from the primary at once.
            return false;
        }

        await fallback.Provider.Documents.DeleteAsync(hintName, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static DocumentName HintName(DocumentName entry) => HintNameText(entry.Value);

    private static string HintNameText(string entry) => Prefix + entry[HistoryNames.Prefix.Length..];

    private static DocumentName NameInHistory(DocumentName hintName) => HistoryNames.Prefix + hintName.Value[Prefix.Length..];

    private static DocumentName? HintNameAfter(DocumentName? after) => after is { } name && Covers(name.Value) ? HintName(name) : default(DocumentName?);
}

using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

/// <summary>
/// Entries of the history that could not be appended to the primary, as documents of the fallbacks. An entry has a name that is never used again and does not change,
/// so all copies of it are alike: it does not matter on which fallback it waits, or whether the primary has it already, and nothing has to be judged.
/// </summary>
internal sealed class HandoffEntries(IDocumentStore primary, HandoffChain chain, PrimaryHealth health) : IDisposable
{
    // Among what is there only while something waits, so that whoever looks whether anything does sees entries, too.
    private const string Prefix = "failover/e-";
    private const int PageLength = 1000;

    // Between its look at a fallback and its write on the primary a settling must not be passed by a removal, or the entry would come back.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Is this the name of an entry, or the beginning of such names?</summary>
    public static bool Covers(string name) => name.StartsWith(HistoryNames.Prefix, StringComparison.Ordinal);

    /// <summary>Appends an entry to the first fallback that answers, since the primary does not.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="failures">That of the primary; those of fallbacks come to it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<DocumentETag> AppendAsync(DocumentName name, ReadOnlyMemory<byte> content, ProviderFailures failures, CancellationToken cancellationToken)
    {
        await chain.EnsurePairedAsync(cancellationToken).ConfigureAwait(false);
        foreach (var side in chain.Sides)
        {
            try
            {
                var etag = await side.View.NoteAsync(() => CreateAsync(side.Provider.Documents, WaitingName(name), content, cancellationToken)).ConfigureAwait(false);

                // It is there: a call that is cancelled from here on must not look as if it had changed nothing.
                await side.Lease.EnsureAsync(CancellationToken.None).ConfigureAwait(false);
                return etag;
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(side.Position, failure);
            }
        }

        throw FailoverErrors.AllDown(null, chain.Names, failures);
    }

    /// <summary>Creates a document that nobody else creates. One that is there already, with the same bytes, is of an attempt whose answer was lost.</summary>
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

    /// <summary>An entry, from whoever has it. The fallbacks are asked first: what is settled meanwhile is on the primary when that is asked.</summary>
    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken)
    {
        var failures = chain.NewFailures();
        foreach (var side in chain.Sides)
        {
            try
            {
                if (!await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false)
                    && await side.Provider.Documents.GetAsync(WaitingName(name), cancellationToken).ConfigureAwait(false) is { } waiting)
                {
                    return waiting with { Name = name };
                }
            }
            catch (StorageUnavailableException failure)
            {
                failures.Add(side.Position, failure);
            }
        }

        return await primary.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } found ? found
            : failures.AreNone ? null
            : throw FailoverErrors.EntryBlocked(chain.Names, failures);
    }

    /// <summary>The names of the primary, and of what waits, in one order; the fallbacks first, for the reason above.</summary>
    public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after, int limit, CancellationToken cancellationToken)
    {
        var names = new SortedSet<DocumentName>(DocumentName.OrdinalComparer);
        foreach (var side in chain.Sides)
        {
            if (!await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
            {
                var waiting = await side.Provider.Documents.ListAsync(WaitingText(prefix), WaitingAfter(after), limit, cancellationToken).ConfigureAwait(false);
                names.UnionWith(waiting.Select(NameInHistory).Where(name => after is not { } start || name.CompareTo(start) > 0));
            }
        }

        names.UnionWith(await primary.ListAsync(prefix, after, limit, cancellationToken).ConfigureAwait(false));
        return [.. names.Take(limit)];
    }

    /// <summary>Removes an entry, after it is settled where it waits.</summary>
    public async Task<bool> RemoveAsync(DocumentName name, DocumentETag? ifMatch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var side in chain.Sides)
            {
                if (!await side.View.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
                {
                    await SettleLockedAsync(side, WaitingName(name), cancellationToken).ConfigureAwait(false);
                }
            }

            return await primary.DeleteAsync(name, ifMatch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The names of all that waits on a fallback.</summary>
    public static async Task<List<DocumentName>> ListWaitingAsync(HandoffSide side, CancellationToken cancellationToken)
    {
        var names = new List<DocumentName>();
        IReadOnlyList<DocumentName> page;
        do
        {
            page = await side.Provider.Documents.ListAsync(Prefix, names.Count == 0 ? default(DocumentName?) : names[^1], PageLength, cancellationToken).ConfigureAwait(false);
            names.AddRange(page);
        }
        while (page.Count == PageLength);

        return names;
    }

    /// <summary>Brings one entry to the primary, and takes it away from its fallback; false when it waited there no more.</summary>
    /// <exception cref="StorageCorruptedException">It cannot be read; it stays.</exception>
    public async Task<bool> SettleAsync(HandoffSide side, DocumentName waiting, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SettleLockedAsync(side, waiting, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> SettleLockedAsync(HandoffSide side, DocumentName waiting, CancellationToken cancellationToken)
    {
        if (await side.Provider.Documents.GetAsync(waiting, cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return false;
        }

        try
        {
            await CreateAsync(primary, NameInHistory(waiting), document.Content, cancellationToken).ConfigureAwait(false);
            health.WriteTaken();
        }
        catch (StorageUnavailableException failure)
        {
            health.Failed(failure);
            throw;
        }
        catch (ImageConflictException)
        {
            if (await side.Provider.Documents.GetAsync(waiting, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw;
            }

            // Another process replayed the entry, and it was removed from the primary at once.
            return false;
        }

        await side.Provider.Documents.DeleteAsync(waiting, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static DocumentName WaitingName(DocumentName entry) => WaitingText(entry.Value);

    private static string WaitingText(string entry) => Prefix + entry[HistoryNames.Prefix.Length..];

    private static DocumentName NameInHistory(DocumentName waiting) => HistoryNames.Prefix + waiting.Value[Prefix.Length..];

    private static DocumentName? WaitingAfter(DocumentName? after) => after is { } name && Covers(name.Value) ? WaitingName(name) : default(DocumentName?);
}

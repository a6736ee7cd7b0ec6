using ImageStorage.Documents;
using ImageStorage.Errors;

namespace ImageStorage.Transactions;

/// <summary>
/// Finds out which owners of transactions are dead: one whose document has not changed for as long as a lease lasts, by the stopwatch of this process. Removing
/// the document is what declares it dead; an owner that was only slow loses its lease by that.
/// </summary>
internal sealed class OwnerWatch(IDocumentStore documents, bool isShared, TimeSpan lease, TimeProvider clock)
{
    private readonly Dictionary<string, (DocumentETag Seen, long At)> _observed = new(StringComparer.Ordinal);

    /// <summary>Is it certain that this owner does nothing any more? Not used by two threads at once.</summary>
    public async Task<bool> IsDeadAsync(string owner, CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return true;
        }

        var name = TransactionOwner.NameOf(owner);
        DocumentETag seen;
        try
        {
            if (await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is not { } document)
            {
                _observed.Remove(owner);
                return true;
            }

            seen = document.ETag;
        }
        catch (StorageCorruptedException)
        {
            // Its version cannot be told, so a change would not be seen. A living owner soon writes it anew.
            seen = DocumentETag.None;
        }

        if (!_observed.TryGetValue(owner, out var before) || before.Seen != seen)
        {
            _observed[owner] = (seen, clock.GetTimestamp());
            return false;
        }

        if (clock.GetElapsedTime(before.At) < lease)
        {
            return false;
        }

        try
        {
            await documents.DeleteAsync(name, seen == DocumentETag.None ? null : seen, cancellationToken).ConfigureAwait(false);
            _observed.Remove(owner);
            return true;
        }
        catch (ImageConflictException)
        {
            // It has just been heard of, or somebody else has declared it dead: the next look tells.
            return false;
        }
    }

    /// <summary>Forgets owners that are not there any more.</summary>
    public void Keep(IReadOnlySet<string> owners)
    {
        foreach (var gone in _observed.Keys.Where(owner => !owners.Contains(owner)).ToList())
        {
            _observed.Remove(gone);
        }
    }
}

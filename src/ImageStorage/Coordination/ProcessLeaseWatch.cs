using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>
/// Finds out which processes are dead: those that have not renewed their <see cref="ProcessLease"/> for as long as the
/// lease lasts. Not thread-safe.
/// <list type="number">
/// <item>A watcher that sees a renewal for the first time remembers the moment, by its own monotonic clock. The silence
/// is the time since then.</item>
/// <item>While the owner stays silent, the watcher records the silence in the lease document, on condition that the
/// owner has not renewed the lease. A renewal removes the record.</item>
/// <item>A watcher that reads a recorded silence adds only the time since its own read. So each recorded silence is at
/// most the time since the renewal, no matter how many watchers took part, how often they restarted and what their
/// clocks show. A restarted watcher continues instead of waiting for another full lease.</item>
/// <item>When the silence reaches the duration, the watcher deletes the document in the version that it has read. The
/// deletion declares the owner dead.</item>
/// </list>
/// docs/design/store-identity.md has the crash table.
/// </summary>
internal sealed class ProcessLeaseWatch(IDocumentStore documents, string collection, bool isShared, TimeSpan duration, TimeProvider clock)
{
    private const int RecordsInDuration = 10;
    private const int MaxChecked = 1000;
    private readonly Dictionary<string, Sighting> _sightings = new(StringComparer.Ordinal);
    private TimeSpan _longest;

    /// <summary>Gets the time after which a silent process should be checked again.</summary>
    public TimeSpan Interval => duration / RecordsInDuration;

    /// <summary>
    /// Gets the time after which a living process should be checked again; longer than the time between two renewals.
    /// </summary>
    public TimeSpan LongInterval => duration / 2;

    /// <summary>
    /// Gets the longest lease of a silent process that this watcher has seen, at least the duration of this process.
    /// </summary>
    public TimeSpan LongestLease => _longest > duration ? _longest : duration;

    /// <summary>
    /// Checks the processes that have a lease document, up to 1,000, and declares those dead whose leases have ended. No
    /// work needs to wait for them.
    /// </summary>
    /// <param name="isOwn">Returns whether a name belongs to this process.</param>
    /// <param name="records">Whether to record silences, so that the next watcher continues if this one ends soon.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns><see langword="true"/> if a process is silent, and should be checked again after <see cref="Interval"/>.</returns>
    public async Task<bool> CheckOthersAsync(Func<string, bool> isOwn, bool records, CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return false;
        }

        var names = await documents.ListAsync(collection + "/", null, MaxChecked, cancellationToken).ConfigureAwait(false);
        var owners = names.Select(name => name.Value[(collection.Length + 1)..]).ToHashSet(StringComparer.Ordinal);
        if (owners.Count < MaxChecked)
        {
            ForgetOthers(owners);
        }

        var isSilent = false;
        foreach (var owner in owners.Where(owner => !isOwn(owner)))
        {
            isSilent |= await CheckAsync(owner, records, cancellationToken).ConfigureAwait(false) == ProcessState.Silent;
        }

        return isSilent;
    }

    /// <summary>Checks a process, and declares it dead if its lease has ended.</summary>
    /// <param name="owner">The name of the process.</param>
    /// <param name="records">Whether to record the silence of the process for other watchers. Needed only if work waits
    /// for the answer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<ProcessState> CheckAsync(string owner, bool records, CancellationToken cancellationToken)
    {
        if (!isShared)
        {
            return ProcessState.Dead;
        }

        var (asked, read) = (clock.GetTimestamp(), await ReadAsync(owner, cancellationToken).ConfigureAwait(false));
        if (read is not { } document)
        {
            _sightings.Remove(owner);
            return ProcessState.Dead;
        }

        var sighting = _sightings[owner] = Continue(_sightings.GetValueOrDefault(owner), document, asked);
        var silence = sighting.Silence + clock.GetElapsedTime(sighting.At, Math.Max(asked, sighting.At));
        var lease = document.Content.Duration ?? duration;
        if (silence >= lease)
        {
            return await DeclareDeadAsync(owner, document.ETag, cancellationToken).ConfigureAwait(false) ? ProcessState.Dead : ProcessState.Silent;
        }

        if (sighting.HasRenewed && silence < lease / 2)
        {
            // No record: it would only make the next renewal repeat its write.
            return ProcessState.Alive;
        }

        _longest = lease > _longest ? lease : _longest;
        if (records && document.ETag is { } etag && silence - document.Content.SilentFor >= Interval)
        {
            await RecordAsync(owner, document.Content with { SilentFor = silence }, etag, cancellationToken).ConfigureAwait(false);
        }

        return ProcessState.Silent;
    }

    /// <summary>Forgets all processes except those with a lease document.</summary>
    private void ForgetOthers(HashSet<string> owners)
    {
        foreach (var gone in _sightings.Keys.Where(owner => !owners.Contains(owner)).ToList())
        {
            _sightings.Remove(gone);
        }
    }

    private async Task<Document?> ReadAsync(string owner, CancellationToken cancellationToken)
    {
        try
        {
            return await documents.GetAsync(ProcessLease.NameOf(collection, owner), cancellationToken).ConfigureAwait(false) is { } document
                ? new Document(document.ETag, ProcessLeaseDocument.Read(document))
                : null;
        }
        catch (StorageCorruptedException)
        {
            // No renewal can be seen in a damaged document. Its owner continues under a new name, so the document ends
            // like a lease.
            return new Document(null, new ProcessLeaseDocument());
        }
    }

    /// <summary>
    /// Returns what is known after a read. The anchor of a silence that continues stays where it was, unless another
    /// watcher has recorded a longer one; the anchor of a new one is now, after the read.
    /// </summary>
    private Sighting Continue(Sighting? before, Document document, long asked)
    {
        var content = document.Content;
        var isSame = before is not null && (before.ETag == document.ETag || (content.Renewals is not null && before.Renewals == content.Renewals));
        return isSame && before!.Silence + clock.GetElapsedTime(before.At, asked) >= content.SilentFor
            ? before with { ETag = document.ETag }
            : new Sighting(document.ETag, content.Renewals, content.SilentFor, clock.GetTimestamp(), isSame ? before!.HasRenewed : before is not null);
    }

    private async Task<bool> DeclareDeadAsync(string owner, DocumentETag? etag, CancellationToken cancellationToken)
    {
        try
        {
            await documents.DeleteAsync(ProcessLease.NameOf(collection, owner), etag, cancellationToken).ConfigureAwait(false);
            _sightings.Remove(owner);
            return true;
        }
        catch (ImageConflictException)
        {
            // The owner has renewed its lease, or another watcher has written or deleted the document. The next check
            // shows which.
            return false;
        }
    }

    private async Task RecordAsync(string owner, ProcessLeaseDocument content, DocumentETag etag, CancellationToken cancellationToken)
    {
        try
        {
            var written = await documents.PutAsync(ProcessLease.NameOf(collection, owner), content.ToBytes(), etag, cancellationToken).ConfigureAwait(false);
            _sightings[owner] = _sightings[owner] with { ETag = written };
        }
        catch (ImageConflictException)
        {
            // The owner has renewed its lease, or another watcher was faster. The next check shows which.
        }
    }

    private readonly record struct Document(DocumentETag? ETag, ProcessLeaseDocument Content);

    /// <param name="ETag">The version of the document; null for a damaged one.</param>
    /// <param name="Renewals">The renewal that was seen.</param>
    /// <param name="Silence">The silence at the anchor.</param>
    /// <param name="At">The anchor, by this watcher's monotonic clock.</param>
    /// <param name="HasRenewed">True if this watcher has seen a renewal.</param>
    private sealed record Sighting(DocumentETag? ETag, long? Renewals, TimeSpan Silence, long At, bool HasRenewed);
}

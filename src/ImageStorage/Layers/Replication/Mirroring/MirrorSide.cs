using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>One of the two sides, with what is known of it.</summary>
internal sealed class MirrorSide : IAsyncDisposable
{
    private readonly IImageProvider _inner;
    private readonly MirrorOptions _options;
    private readonly TimeProvider _clock;
    private readonly bool _isShared;
    private readonly Lock _gate = new();
    private DocumentETag? _leadSeen;
    private long _leadSeenAt;
    private volatile bool _wasSeen;
    private volatile bool _wasAhead;
    private volatile bool _isMarked;

    public MirrorSide(string name, IImageProvider provider, bool isShared, MirrorOptions options, TimeProvider clock)
    {
        (Name, _inner, _options, _clock, _isShared) = (name, provider, options, clock, isShared);
        Health = new SideHealth(name, options.RetryPause, clock);
        Provider = new GuardedSide(provider, Health);
        Notes = new MirrorNotes(Provider.Documents);
        View = new HintView(LookAsync, isShared, options.Lease, clock);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    public IImageProvider Provider { get; }

    /// <summary>The side's documents as its provider gives them, for those of applications: a failure of theirs is their caller's alone.</summary>
    public IDocumentStore Documents => _inner.Documents;

    public SideHealth Health { get; }

    public MirrorNotes Notes { get; }

    /// <summary>Is there surely no word on this side that it is ahead of the other?</summary>
    public HintView View { get; }

    /// <summary>Has this process ever seen this side?</summary>
    public bool WasSeen => _wasSeen;

    /// <summary>Was this side ahead of the other when this process last looked? Then the other one cannot stand in for it.</summary>
    public bool WasAhead => _wasAhead;

    /// <summary>Looks whether a side that did not answer is back, while other calls still leave it alone.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (!Health.IsDown)
        {
            return;
        }

        try
        {
            await _inner.Documents.GetAsync(MirrorIdentity.Name, cancellationToken).ConfigureAwait(false);
            Health.Answered();
        }
        catch (StorageUnavailableException failure)
        {
            Health.Failed(failure);
            throw;
        }
    }

    /// <summary>Runs the write of a note of being ahead; see <see cref="HintView.NoteAsync"/>.</summary>
    public async Task<T> NoteAheadAsync<T>(Func<Task<T>> write)
    {
        _wasAhead = true;
        try
        {
            return await View.NoteAsync(write).ConfigureAwait(false);
        }
        finally
        {
            _wasAhead = true;
        }
    }

    /// <summary>Makes sure that this side says that it has the lead, so that a process that starts now may use it alone.</summary>
    public async ValueTask MarkLeadAsync(CancellationToken cancellationToken)
    {
        if (!_isMarked)
        {
            await EnsureLeadAsync(false, cancellationToken).ConfigureAwait(false);
            _isMarked = true;
        }
    }

    /// <summary>
    /// Makes sure that this side says that it has the lead, and waits until no other process can still believe that it has not. Called behind each write that this side has
    /// taken alone, before it is acknowledged.
    /// </summary>
    public async Task EnsureLeadAsync(bool wait, CancellationToken cancellationToken)
    {
        var lead = await Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false);
        if (lead is null)
        {
            await NoteAheadAsync(() => Notes.TryPutLeadAsync(new MirrorLead(false, default), DocumentETag.None, cancellationToken)).ConfigureAwait(false);
            lead = await Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!wait || !_isShared)
        {
            return;
        }

        TimeSpan left;
        lock (_gate)
        {
            // A lead that is gone again already is one that nobody has waited for.
            if (lead is null || _leadSeen != lead.Version)
            {
                (_leadSeen, _leadSeenAt) = (lead?.Version, _clock.GetTimestamp());
            }

            left = _options.Lease - _clock.GetElapsedTime(_leadSeenAt);
        }

        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the word away that this side is ahead, when nothing is left that says so.</summary>
    public async Task<bool> TryEndLeadAsync(CancellationToken cancellationToken)
    {
        if (await Notes.GetLeadAsync(cancellationToken).ConfigureAwait(false) is { } lead && (lead.NeedsResync || !await Notes.TryRemoveLeadAsync(lead, cancellationToken).ConfigureAwait(false)))
        {
            return false;
        }

        _isMarked = false;
        View.Expire();
        return await View.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The record of an image; a damaged one is reported as such.</summary>
    public async Task<(ImageInfo? Info, bool IsDamaged)> FindAsync(ImageKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await Provider.GetInfoAsync(key, cancellationToken).ConfigureAwait(false), false);
        }
        catch (ImageCorruptedException)
        {
            return (null, true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        View.Dispose();
        await Provider.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var isEmpty = await Notes.IsEmptyAsync(cancellationToken).ConfigureAwait(false);
        (_wasAhead, _wasSeen) = (!isEmpty, true);
        _isMarked = _isMarked && !isEmpty;
        return isEmpty;
    }
}

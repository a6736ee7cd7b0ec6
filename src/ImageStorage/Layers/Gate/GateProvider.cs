using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Providers;

namespace ImageStorage.Gate;

/// <summary>
/// The layer that refuses every write while this build does not know what the store requires of a writer. Reads pass.
/// An open gate passes writes on directly, without an allocation.
/// </summary>
internal sealed class GateProvider : WriteLayer, IHealthContributor
{
    private readonly WriteGate _gate;
    private readonly Func<ImageInfo, CancellationToken, ValueTask> _checkAgain;

    /// <summary>Creates the layer.</summary>
    /// <param name="inner">The provider with all inner layers. The layer owns the provider.</param>
    /// <param name="known">What features of this build know, besides the format of the library.</param>
    /// <param name="clock">The clock.</param>
    public GateProvider(IImageProvider inner, IEnumerable<KnownRequirement> known, TimeProvider clock)
        : base(inner)
    {
        _gate = new WriteGate(
            inner.Documents,
            inner.GetAbility<IPrimaryRoute>(),
            known.Append(KnownRequirement.Library).ToDictionary(requirement => requirement.Name, requirement => requirement.Version, StringComparer.Ordinal),
            inner.Name,
            clock);
        Documents = HookedDocuments(inner.Documents);
        _checkAgain = (_, cancellationToken) => CheckAgainAsync(cancellationToken);
    }

    public override IDocumentStore Documents { get; }

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        _gate.IsOpen ? Inner.PutAsync(WithSecondCheck(request), cancellationToken) : base.PutAsync(request, cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        _gate.IsOpen ? Inner.UpdateAsync(key, update, cancellationToken) : base.UpdateAsync(key, update, cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _gate.IsOpen ? Inner.DeleteAsync(key, options, cancellationToken) : base.DeleteAsync(key, options, cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => Inner.OpenReadAsync(key, options, cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => Inner.GetInfoAsync(key, cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => Inner.ListAsync(query, cancellationToken);

    async Task<HealthFinding> IHealthContributor.SurveyAsync(HealthSurvey survey, StorePart part)
    {
        var finding = await survey.SurveyAsync(Inner, part).ConfigureAwait(false);
        return await survey.TryGetAsync(FindRefusalAsync).ConfigureAwait(false) is { } refusal
            ? finding with { State = finding.State == StorageHealthState.Healthy ? StorageHealthState.Degraded : finding.State, Warnings = [refusal, .. finding.Warnings] }
            : finding;
    }

    protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => PassAsync(WithSecondCheck(request), request.Precondition is not null, cancellationToken);

    protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => PassAsync(update, update.Precondition is not null, cancellationToken);

    protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => PassAsync(precondition, precondition is not null, cancellationToken);

    protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => PassAsync<CopyRequest?>(request, true, cancellationToken);

    protected override ValueTask BeforeRestoreAsync(ImageKey key, string id, CancellationToken cancellationToken) => _gate.EnsureOpenAsync(true, cancellationToken);

    private protected override ValueTask BeforeCommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken) =>
        writes.All(write => write is AtomicDocument document && !GatedDocuments.Covers(document.Name)) ? default : _gate.EnsureOpenAsync(true, cancellationToken);

    private protected override IDocumentStore HookedDocuments(IDocumentStore documents) => new GatedDocuments(documents, _gate);

    /// <summary>
    /// Adds a check before the commit if the source may deliver its bytes for longer than a view is fresh. Shorter
    /// content was read before the write arrived here.
    /// </summary>
    private PutRequest WithSecondCheck(PutRequest request) =>
        request.Content.Length <= IntakeContent.PieceLength ? request
        : request.BeforeCommit is { } callback ? WithSecondCheck(request, callback)
        : request with { BeforeCommit = _checkAgain };

    // A method of its own: the closure would cost every save an allocation.
    private PutRequest WithSecondCheck(PutRequest request, Func<ImageInfo, CancellationToken, ValueTask> callback) => request with
    {
        BeforeCommit = async (info, cancellationToken) =>
        {
            await CheckAgainAsync(cancellationToken).ConfigureAwait(false);
            await callback(info, cancellationToken).ConfigureAwait(false);
        },
    };

    private async Task<string?> FindRefusalAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _gate.EnsureOpenAsync(asksPrimary: false, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ImageStorageException refusal) when (refusal is StorageNotSupportedException or StorageCorruptedException)
        {
            return refusal.Message;
        }
    }

    private async ValueTask CheckAgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _gate.EnsureOpenAsync(asksPrimary: false, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException exception)
        {
            // Layers would take this exception of a callback for damage of the image's provider.
            throw new StorageNotSupportedException(exception.Message, exception) { Provider = exception.Provider };
        }
    }

    private ValueTask<T> PassAsync<T>(T write, bool asksPrimary, CancellationToken cancellationToken)
    {
        var open = _gate.EnsureOpenAsync(asksPrimary, cancellationToken);
        return open.IsCompletedSuccessfully ? new(write) : AwaitAsync(open, write);

        static async ValueTask<T> AwaitAsync(ValueTask open, T write)
        {
            await open.ConfigureAwait(false);
            return write;
        }
    }
}

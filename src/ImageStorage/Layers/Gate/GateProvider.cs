using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Gate;

/// <summary>
/// The layer that refuses every write while this build does not know what the store requires of a writer. Reads pass.
/// An open gate passes writes on directly, without an allocation.
/// </summary>
internal sealed class GateProvider : WriteLayer
{
    private readonly WriteGate _gate;

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
    }

    public override IDocumentStore Documents { get; }

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        _gate.IsOpen ? Inner.PutAsync(request, cancellationToken) : base.PutAsync(request, cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        _gate.IsOpen ? Inner.UpdateAsync(key, update, cancellationToken) : base.UpdateAsync(key, update, cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        _gate.IsOpen ? Inner.DeleteAsync(key, options, cancellationToken) : base.DeleteAsync(key, options, cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => Inner.OpenReadAsync(key, options, cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => Inner.GetInfoAsync(key, cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => Inner.ListAsync(query, cancellationToken);

    protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) => PassAsync(request, cancellationToken);

    protected override ValueTask<RecordUpdate> BeforeUpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken) => PassAsync(update, cancellationToken);

    protected override ValueTask<IfMatch?> BeforeDeleteAsync(ImageKey key, IfMatch? precondition, CancellationToken cancellationToken) => PassAsync(precondition, cancellationToken);

    protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => PassAsync<CopyRequest?>(request, cancellationToken);

    protected override ValueTask BeforeRestoreAsync(ImageKey key, string id, CancellationToken cancellationToken) => _gate.EnsureOpenAsync(cancellationToken);

    private protected override ValueTask BeforeCommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken) =>
        writes.All(write => write is AtomicDocument document && !GatedDocuments.Covers(document.Name)) ? default : _gate.EnsureOpenAsync(cancellationToken);

    private protected override IDocumentStore HookedDocuments(IDocumentStore documents) => new GatedDocuments(documents, _gate);

    private ValueTask<T> PassAsync<T>(T write, CancellationToken cancellationToken)
    {
        var open = _gate.EnsureOpenAsync(cancellationToken);
        return open.IsCompletedSuccessfully ? new(write) : AwaitAsync(open, write);

        static async ValueTask<T> AwaitAsync(ValueTask open, T write)
        {
            await open.ConfigureAwait(false);
            return write;
        }
    }
}

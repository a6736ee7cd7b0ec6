namespace ImageStorage.Providers;

/// <content>A copy shares the bytes of its source, which never change.</content>
public sealed partial class InMemoryImageProvider : ICopyProvider
{
    /// <inheritdoc/>
    public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Begin(cancellationToken);
        lock (_gate)
        {
            _images.TryGetValue(request.Source, out var source);
            CheckLocked(request.Source, new IfMatch(request.SourceETag), source);
            ImageCopies.CheckMetadata(source!.Info, request, Capabilities.MaxMetadataBytes);
            _images.TryGetValue(request.Target, out var existing);
            CheckLocked(request.Target, request.Precondition, existing);
            var copy = source with { Info = request.ToInfo(source.Info, existing?.Info, NowAfterLocked(existing)) };
            ReplaceLocked(existing, copy);
            return Task.FromResult(copy.Info);
        }
    }
}

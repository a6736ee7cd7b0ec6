using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : ICopyProvider
{
    public async Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _components.Writer.RunAsync(new MirrorCopy(request), cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (exception.Key == request.Source && exception is ImageConflictException or ImageCorruptedException)
        {
            // The replica that leads has another version of the source, or a damaged one. A read finds the replica that
            // has the version.
            return await this.StreamCopyAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}

using ImageStorage.Providers;

namespace ImageStorage.AzureBlob;

/// <content>
/// A copy passes through the process: the service can copy a blob, and cannot compare its bytes with the hashes of the
/// record. A damaged image would get a second name.
/// </content>
public sealed partial class AzureBlobImageProvider : ICopyProvider
{
    /// <inheritdoc/>
    public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default) => this.StreamCopyAsync(request, cancellationToken);
}

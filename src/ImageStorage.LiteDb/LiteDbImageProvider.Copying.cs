using ImageStorage.Providers;

namespace ImageStorage.LiteDb;

/// <content>
/// A copy reads the chunks of one pinned version, group by group, and seals them again under the new version. One commit
/// makes the copy visible, as with a save.
/// </content>
public sealed partial class LiteDbImageProvider : ICopyProvider
{
    /// <inheritdoc/>
    public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default) => this.StreamCopyAsync(request, cancellationToken);
}

using ImageStorage.Providers;

namespace ImageStorage.Tool.Stores;

/// <summary>Checks each save as the store would, reads the image to its end, and writes nothing.</summary>
internal sealed class DryRunProvider(IImageProvider inner) : DelegatingImageProvider(inner)
{
    public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        var current = await Inner.GetInfoAsync(request.Key, cancellationToken);
        if (request.Precondition is { } precondition && !precondition.IsSatisfiedBy(current?.ETag))
        {
            throw ProviderErrors.Conflict(request.Key, Name, current?.ETag);
        }

        var length = 0L;
        while (await request.Content.ReadAsync(cancellationToken) is { IsEmpty: false } piece)
        {
            length += piece.Length;
        }

        var digest = await request.Content.GetDigestAsync();
        var now = request.CreatedAt ?? TimeProvider.System.GetUtcNow();
        return request.ToInfo(digest, length, now, now, ImageETagFactory.Create(digest));
    }
}

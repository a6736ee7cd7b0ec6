using System.Buffers;
using System.Runtime.CompilerServices;
using ImageStorage.AspNetCore.Problems;
using ImageStorage.AspNetCore.SignedUrls;
using Microsoft.AspNetCore.Http;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>
/// Answers GET and HEAD. HEAD and the answer that the client has the current version need the record of the image alone; a
/// GET without conditions opens the image at once. Thread-safe.
/// </summary>
internal sealed class ImageReader(IImageStorage images, ImageHeaders headers)
{
    private const int FirstLength = 4096;
    private const int PieceLength = 256 << 10;

    /// <summary>Answers one request.</summary>
    public ValueTask HandleAsync(HttpContext context, ImageKey key, SignedLink? link) =>
        context.Request.Method == HttpMethods.Head ? HeadAsync(context, key, link) : GetAsync(context, key, link);

    // The RFC defines ranges for GET alone.
    private async ValueTask HeadAsync(HttpContext context, ImageKey key, SignedLink? link)
    {
        var info = await images.GetInfoAsync(key, context.RequestAborted).ConfigureAwait(false) ?? throw NotFound(key);
        if (!TryAnswer(context, info, link))
        {
            headers.SetValidators(context.Response, info, link);
            ImageHeaders.SetContent(context.Response, info, link);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask GetAsync(HttpContext context, ImageKey key, SignedLink? link)
    {
        var request = context.Request.Headers;
        var hasConditions = RequestConditions.HasAny(request);
        var options = RangeHeader.Read(request.Range) is { } range ? new GetOptions { Range = range } : null;
        if (hasConditions || (options is not null && request.IfRange.Count > 0))
        {
            var info = await images.GetInfoAsync(key, context.RequestAborted).ConfigureAwait(false) ?? throw NotFound(key);
            if (TryAnswer(context, info, link))
            {
                return;
            }

            // A range that belongs to a version must not be taken from another version.
            options = options is null || !RequestConditions.RangeApplies(request, info) ? null : options with { IfMatch = request.IfRange.Count > 0 ? info.ETag : null };
        }

        var (image, isPart) = options?.IfMatch is null
            ? (await images.GetAsync(key, options, context.RequestAborted).ConfigureAwait(false), options is not null)
            : await OpenVersionAsync(key, options, context.RequestAborted).ConfigureAwait(false);
        _ = image ?? throw NotFound(key);
        await using (image.ConfigureAwait(false))
        {
            // The image may have been replaced since the record was read.
            if ((hasConditions || link is { Version: not null }) && TryAnswer(context, image.Info, link))
            {
                return;
            }

            await SendAsync(context, image, isPart, link).ConfigureAwait(false);
        }
    }

    private ValueTask SendAsync(HttpContext context, StoredImage image, bool isPart, SignedLink? link)
    {
        headers.SetValidators(context.Response, image.Info, link);
        ImageHeaders.SetContent(context.Response, image.Info, link);
        if (isPart)
        {
            ImageHeaders.SetRange(context.Response, image.Info, image.Range);
        }

        return CopyAsync(image, context.Response, context.RequestAborted);
    }

    /// <summary>
    /// Copies the bytes of an image to a response. The response starts after the first bytes were read, because damage that the
    /// first read finds is a problem. Large pieces are then read directly into the memory of the connection.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask CopyAsync(StoredImage image, HttpResponse response, CancellationToken cancellationToken)
    {
        var (left, writer) = (image.Range.Length, response.BodyWriter);
        var first = ArrayPool<byte>.Shared.Rent(FirstLength);
        try
        {
            var count = await image.Content.ReadAsync(first.AsMemory(0, FirstLength), cancellationToken).ConfigureAwait(false);
            await response.StartAsync(cancellationToken).ConfigureAwait(false);
            writer.Write(first.AsSpan(0, count));
            left -= count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
        }

        while (left > 0)
        {
            var memory = writer.GetMemory((int)Math.Min(left, PieceLength));
            var count = await image.Content.ReadAsync(memory[..(int)Math.Min(left, memory.Length)], cancellationToken).ConfigureAwait(false);
            writer.Advance(count);
            var flushed = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (count == 0 || flushed.IsCompleted)
            {
                // Bytes are missing, so the server closes the connection; or the client has closed it.
                return;
            }

            left -= count;
        }
    }

    /// <summary>Opens a range of the version that the options ask for, or all bytes of another version.</summary>
    private async Task<(StoredImage? Image, bool IsPart)> OpenVersionAsync(ImageKey key, GetOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return (await images.GetAsync(key, options, cancellationToken).ConfigureAwait(false), true);
        }
        catch (ImageConflictException)
        {
            // If-Range holds no longer.
            return (await images.GetAsync(key, null, cancellationToken).ConfigureAwait(false), false);
        }
    }

    /// <summary>Answers a request whose conditions do not ask for the image.</summary>
    private bool TryAnswer(HttpContext context, ImageInfo info, SignedLink? link)
    {
        if (link?.Version is { } version && version != info.ETag)
        {
            throw new RequestRefusedException(ProblemType.VersionReplaced, "The image has been replaced since the link was created: ask the application for a new link.");
        }

        switch (RequestConditions.OfRead(context.Request.Headers, info))
        {
            case RequestConditions.Outcome.NotModified:
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                headers.SetValidators(context.Response, info, link);
                return true;
            case RequestConditions.Outcome.Failed:
                throw new RequestRefusedException(ProblemType.ConditionFailed, "The current version of the image does not meet If-Match or If-Unmodified-Since: read the image again.");
            default:
                return false;
        }
    }

    private static RequestRefusedException NotFound(ImageKey key) => new(ProblemType.NotFound, $"There is no image '{key}'.");
}

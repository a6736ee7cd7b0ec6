using System.Text.Json;
using ImageStorage.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>Answers PUT, POST and DELETE. An upload streams to the provider. Thread-safe.</summary>
internal sealed class ImageWriter(IImageStorage images, ImageEndpointOptions options, TimeProvider timeProvider)
{
    // The boundaries, headers and fields of a form around its image.
    private const int FormOverhead = 64 << 10;

    /// <summary>Stores the body of a request.</summary>
    public async Task PutAsync(HttpContext context, ImageKey key)
    {
        var request = context.Request;
        if (request.Headers.ContentRange.Count > 0)
        {
            throw new RequestRefusedException(ProblemType.InvalidRequest, "A part of an image cannot be stored: send the complete image, without Content-Range.");
        }

        LimitBody(context, options.MaxUploadLength);
        var precondition = await RequestConditions.OfWriteAsync(request.Headers, key, images, context.RequestAborted).ConfigureAwait(false);
        var upload = new UploadStream(request.BodyReader, options.MaxUploadLength, options, timeProvider);
        await using (upload.ConfigureAwait(false))
        {
            var save = new SaveOptions { ContentType = request.ContentType, ContentLength = request.ContentLength, Precondition = precondition };
            var info = await images.SaveAsync(key, upload, save, context.RequestAborted).ConfigureAwait(false);
            await AnswerAsync(context, info).ConfigureAwait(false);
        }
    }

    /// <summary>Stores the one file of a form.</summary>
    /// <param name="context">The request.</param>
    /// <param name="key">The key of the image.</param>
    /// <param name="isUnnamed">True if the path has no key.</param>
    /// <param name="isAmbient">True if a browser sends the credentials by itself, also with a form of another site.</param>
    public async Task PostAsync(HttpContext context, ImageKey key, bool isUnnamed, bool isAmbient)
    {
        var request = context.Request;
        if (isAmbient && IsCrossSite(request))
        {
            throw new RequestRefusedException(ProblemType.CrossSite, "A page of another site may not post an image with the credentials of the user: use PUT, which a CORS policy can allow.");
        }

        LimitBody(context, options.MaxUploadLength + FormOverhead);
        var precondition = await RequestConditions.OfWriteAsync(request.Headers, key, images, context.RequestAborted).ConfigureAwait(false);
        var upload = new UploadStream(request.BodyReader, options.MaxUploadLength + FormOverhead, options, timeProvider);
        await using (upload.ConfigureAwait(false))
        {
            var file = await FormUpload.OpenAsync(request.ContentType, upload, options.MaxUploadLength, FormOverhead).ConfigureAwait(false);
            var save = new SaveOptions { ContentType = file.ContentType, FileName = file.FileName, Precondition = precondition };
            var info = await images.SaveAsync(key, file, save, context.RequestAborted).ConfigureAwait(false);
            if (isUnnamed)
            {
                context.Response.Headers.Location = $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent().TrimEnd('/')}/{KeyPath.Encode(key)}";
            }

            await AnswerAsync(context, info).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes an image.</summary>
    public async Task DeleteAsync(HttpContext context, ImageKey key)
    {
        var precondition = await RequestConditions.OfWriteAsync(context.Request.Headers, key, images, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = precondition is not IfNoneMatch && await images.DeleteAsync(key, new DeleteOptions { Precondition = precondition as IfMatch }, context.RequestAborted).ConfigureAwait(false)
            ? StatusCodes.Status204NoContent
            : throw new RequestRefusedException(ProblemType.NotFound, $"There is no image '{key}'.");
    }

    private void LimitBody(HttpContext context, long maxLength)
    {
        if (context.Request.ContentLength > maxLength)
        {
            throw UploadStream.TooLarge(options.MaxUploadLength);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The stream of the upload counts exactly, and reports the limit of the endpoint.
            limit.MaxRequestBodySize = maxLength + FormOverhead;
        }
    }

    // Fetch metadata where the browser sends them, otherwise the origin. Other clients send no credentials by themselves.
    private static bool IsCrossSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site)
        {
            return site.ToString() is not ("same-origin" or "none");
        }

        return request.Headers.Origin is { Count: > 0 } origin
            && !(Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static Task AnswerAsync(HttpContext context, ImageInfo info)
    {
        var response = context.Response;

        // An overwrite keeps the time of creation.
        response.StatusCode = info.CreatedAt == info.ModifiedAt ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        response.Headers.ETag = RequestConditions.QuotedETag(info.ETag);
        response.Headers.LastModified = HeaderUtilities.FormatDate(RequestConditions.ModifiedAt(info));
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        var body = JsonSerializer.SerializeToUtf8Bytes(new StoredImageJson(info.Key.Value, info.ContentType, info.Length, info.Width, info.Height, info.ETag.Value), EndpointJson.Default.StoredImageJson);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}

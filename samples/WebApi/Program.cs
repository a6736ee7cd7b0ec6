// Run it:    dotnet run --project samples/WebApi
// Store:     curl -T cat.jpg http://localhost:5000/images/cats/tom.jpg
// Read:      curl -O http://localhost:5000/images/cats/tom.jpg
// Copy:      curl -X POST "http://localhost:5000/copy/cats/tom.jpg?to=cats/copy.jpg"
// Move:      curl -X POST "http://localhost:5000/move/cats/tom.jpg?to=cats/old.jpg"
// Delete:    curl -X DELETE http://localhost:5000/images/cats/old.jpg
using ImageStorage;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddImageStorage().UseFileSystem("data/images");
builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
{
    if (problem.Exception is { } failure && Failures.StatusOf(failure) < 500)
    {
        problem.ProblemDetails.Detail = Failures.CauseOf(failure).Message;
    }
});
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 50 << 20);

var app = builder.Build();
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    StatusCodeSelector = Failures.StatusOf,
    SuppressDiagnosticsCallback = failure => Failures.StatusOf(failure.Exception) is < 500 or 503,
});
app.UseStatusCodePages();

app.MapPut("/images/{**key}", async (string? key, HttpRequest request, IImageStorage images, CancellationToken cancellationToken) =>
{
    var imageKey = new ImageKey(key ?? string.Empty);
    var info = await images.SaveAsync(imageKey, request.Body, new SaveOptions
    {
        ContentType = request.ContentType,
        ContentLength = request.ContentLength,
        Precondition = await PreconditionOfAsync(imageKey, request, images, cancellationToken),
    }, cancellationToken);
    return Stored(info);
});

app.MapMethods("/images/{**key}", ["GET", "HEAD"], async (string? key, HttpResponse response, IImageStorage images, CancellationToken cancellationToken) =>
{
    response.Headers.XContentTypeOptions = "nosniff";
    return await images.GetAsync(new ImageKey(key ?? string.Empty), cancellationToken: cancellationToken) is { } image
        ? Results.Stream(image.Content, image.Info.ContentType, null, image.Info.ModifiedAt, new EntityTagHeaderValue($"\"{image.Info.ETag}\""), enableRangeProcessing: true)
        : Results.NotFound();
});

app.MapDelete("/images/{**key}", async (string? key, HttpRequest request, IImageStorage images, CancellationToken cancellationToken) =>
{
    var imageKey = new ImageKey(key ?? string.Empty);
    var precondition = await PreconditionOfAsync(imageKey, request, images, cancellationToken);
    return precondition is not IfNoneMatch && await images.DeleteAsync(imageKey, new DeleteOptions { Precondition = precondition as IfMatch }, cancellationToken)
        ? Results.NoContent()
        : Results.NotFound();
});

app.MapPost("/copy/{**key}", (string? key, string to, HttpRequest request, IImageStorage images, CancellationToken cancellationToken) =>
    CopyOrMoveAsync(key, to, request, images, images.CopyAsync, cancellationToken));

app.MapPost("/move/{**key}", (string? key, string to, HttpRequest request, IImageStorage images, CancellationToken cancellationToken) =>
    CopyOrMoveAsync(key, to, request, images, images.MoveAsync, cancellationToken));

app.Run();

static async Task<IResult> CopyOrMoveAsync(
    string? key, string to, HttpRequest request, IImageStorage images, Func<ImageKey, ImageKey, CopyOptions, CancellationToken, Task<ImageInfo>> run, CancellationToken cancellationToken)
{
    var (source, target) = (new ImageKey(key ?? string.Empty), new ImageKey(to));
    return source == target
        ? throw new BadHttpRequestException("The parameter 'to' must be another key than the key of the image.")
        : Stored(await run(source, target, new CopyOptions { Precondition = await PreconditionOfAsync(target, request, images, cancellationToken) }, cancellationToken));
}

static IResult Stored(ImageInfo info) =>
    Results.Ok(new { key = info.Key.Value, info.ContentType, info.Length, info.Width, info.Height, etag = info.ETag.Value });

// Evaluates If-Match and If-None-Match against the current version, and allows the write only while this version is current.
static async Task<Precondition?> PreconditionOfAsync(ImageKey key, HttpRequest request, IImageStorage images, CancellationToken cancellationToken)
{
    if (request.Headers.IfMatch.Count + request.Headers.IfNoneMatch.Count == 0)
    {
        return null;
    }

    var (match, noneMatch) = (ETagsOf(request.Headers.IfMatch), ETagsOf(request.Headers.IfNoneMatch));
    var info = await images.GetInfoAsync(key, cancellationToken);
    var current = info is null ? null : new EntityTagHeaderValue($"\"{info.ETag}\"");
    bool Names(EntityTagHeaderValue tag, bool strong) => current is not null && (tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, strong));
    return (match.Count == 0 || match.Any(tag => Names(tag, strong: true))) && !noneMatch.Any(tag => Names(tag, strong: false))
        ? info is null ? IfNoneMatch.Any : new IfMatch(info.ETag)
        : throw new ImageConflictException("The current version of the image does not meet If-Match or If-None-Match: read the image again.");
}

static IList<EntityTagHeaderValue> ETagsOf(StringValues header) =>
    header.Count == 0 ? []
    : EntityTagHeaderValue.TryParseStrictList(header.ToArray()!, out var tags) && (tags.Count == 1 || !tags.Contains(EntityTagHeaderValue.Any)) ? tags
    : throw new BadHttpRequestException("If-Match and If-None-Match take * or a list of ETags in double quotes.");

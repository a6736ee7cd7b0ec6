// Run it:    dotnet run --project samples/WebApi
// Store:     curl -T cat.jpg http://localhost:5000/images/cats/tom.jpg
// Read:      curl -O http://localhost:5000/images/cats/tom.jpg
// Delete:    curl -X DELETE http://localhost:5000/images/cats/tom.jpg
using ImageStorage;
using ImageStorage.Errors;
using ImageStorage.FileSystem;
using Microsoft.Net.Http.Headers;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddImageStorage().UseFileSystem("data/images");
builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = problem =>
    problem.ProblemDetails.Detail = problem.Exception is ImageValidationException or ImageConflictException ? problem.Exception.Message : null);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 50 << 20);

var app = builder.Build();
app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf, SuppressDiagnosticsCallback = failure => StatusOf(failure.Exception) < 500 });
app.UseStatusCodePages();

app.MapPut("/images/{**key}", async (ImageKey key, HttpRequest request, IImageStorage images, CancellationToken cancellationToken) =>
{
    var info = await images.SaveAsync(key, request.Body, new SaveOptions
    {
        ContentType = request.ContentType,
        ContentLength = request.ContentLength,
        Precondition = request.Headers.IfNoneMatch == "*" ? IfNoneMatch.Any : request.Headers.IfMatch is [{ } tag] ? new IfMatch(new ImageETag(tag.Trim('"'))) : null,
    }, cancellationToken);
    return Results.Ok(new { key = info.Key.Value, info.ContentType, info.Length, info.Width, info.Height, etag = info.ETag.Value });
});

app.MapMethods("/images/{**key}", ["GET", "HEAD"], async (ImageKey key, HttpResponse response, IImageStorage images, CancellationToken cancellationToken) =>
{
    response.Headers.XContentTypeOptions = "nosniff";
    return await images.GetAsync(key, cancellationToken: cancellationToken) is { } image
        ? Results.Stream(image.Content, image.Info.ContentType, null, image.Info.ModifiedAt, new EntityTagHeaderValue($"\"{image.Info.ETag}\""), enableRangeProcessing: true)
        : Results.NotFound();
});

app.MapDelete("/images/{**key}", async (ImageKey key, IImageStorage images, CancellationToken cancellationToken) =>
    await images.DeleteAsync(key, cancellationToken: cancellationToken) ? Results.NoContent() : Results.NotFound());

app.Run();

static int StatusOf(Exception exception) => exception switch
{
    ImageValidationException { Kind: ImageValidationKind.TooLarge } => 413,
    ImageValidationException { Kind: ImageValidationKind.UnsupportedType or ImageValidationKind.TypeMismatch } => 415,
    ImageValidationException => 400,
    ImageConflictException => 412,
    BadHttpRequestException request => request.StatusCode,
    ImageSourceException { InnerException: BadHttpRequestException request } => request.StatusCode,
    ImageSourceException => 400,
    StorageFullException => 507,
    StorageUnavailableException => 503,
    _ => 500,
};

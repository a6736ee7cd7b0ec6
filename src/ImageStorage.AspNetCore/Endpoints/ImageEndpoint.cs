using ImageStorage.AspNetCore.Problems;
using ImageStorage.AspNetCore.SignedUrls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>
/// Answers the requests of one <c>MapImages</c> call: finds the key and the action, checks the access, and maps failures to
/// problem details. Thread-safe.
/// </summary>
internal sealed class ImageEndpoint
{
    private readonly ImageEndpointOptions _options;
    private readonly ImageAccess _access;
    private readonly LinkVerifier? _links;
    private readonly ILogger _logger;
    private readonly string _allowed;
    private readonly Lazy<(ImageReader Reader, ImageWriter Writer)> _handlers;

    public ImageEndpoint(IServiceProvider services, ImageAccess access, ImageEndpointOptions options)
    {
        (_access, _options) = (access, options);
        var timeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System;
        _links = access == ImageAccess.Signed ? new LinkVerifier(options.Store, services.GetRequiredService<IOptionsMonitor<SignedUrlOptions>>(), timeProvider) : null;
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("ImageStorage.Endpoints");
        _allowed = string.Join(", ", ["GET", "HEAD", .. options.AllowUpload ? (string[])["PUT", "POST"] : [], .. options.AllowDelete ? (string[])["DELETE"] : []]);

        // The store is created by the host, or by its first use.
        _handlers = new(() =>
        {
            var images = services.GetRequiredKeyedService<IImageStorage>(options.Store);
            return (new ImageReader(images, new ImageHeaders(access, options.CacheFor)), new ImageWriter(images, options, timeProvider));
        });
    }

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // No client receives the status; logs of requests show it.
            SetStatus(context, ProblemType.ClientClosed.Status);
        }
        catch (Exception exception) when (Problem.Of(exception) is { } problem)
        {
            await FailAsync(context, problem, exception).ConfigureAwait(false);
        }
    }

    private ValueTask DispatchAsync(HttpContext context)
    {
        var action = ActionOf(context.Request.Method);
        if (action is null)
        {
            context.Response.Headers.Allow = _allowed;
            throw new RequestRefusedException(ProblemType.MethodNotAllowed, $"The endpoint allows {_allowed}.");
        }

        var text = KeyPath.Read(context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget, context.Request.Path.Value, PrefixOf(context));
        var isUnnamed = text.Length == 0 && context.Request.Method == HttpMethods.Post && _links is null;
        var key = isUnnamed ? _options.NewKey(context) : new ImageKey(text);
        var link = _links?.Verify(key, action.Value, context.Request.QueryString.Value);
        return _options.AuthorizeKey is { } authorize
            ? AuthorizeAsync(authorize, context, key, action.Value, link, isUnnamed)
            : RunAsync(context, key, action.Value, link, isUnnamed);
    }

    private async ValueTask AuthorizeAsync(Func<HttpContext, ImageKey, ImageAction, ValueTask<bool>> authorize, HttpContext context, ImageKey key, ImageAction action, SignedLink? link, bool isUnnamed)
    {
        if (!await authorize(context, key, action).ConfigureAwait(false))
        {
            throw new RequestRefusedException(ProblemType.Forbidden, $"The request may not use the image '{key}'.");
        }

        await RunAsync(context, key, action, link, isUnnamed).ConfigureAwait(false);
    }

    private ValueTask RunAsync(HttpContext context, ImageKey key, ImageAction action, SignedLink? link, bool isUnnamed)
    {
        var (reader, writer) = _handlers.Value;
        return action switch
        {
            ImageAction.Read => reader.HandleAsync(context, key, link),
            ImageAction.Delete => new ValueTask(writer.DeleteAsync(context, key)),
            _ when context.Request.Method == HttpMethods.Put => new ValueTask(writer.PutAsync(context, key)),
            _ => new ValueTask(writer.PostAsync(context, key, isUnnamed, isAmbient: _access == ImageAccess.Authorized)),
        };
    }

    // Methods are case-sensitive (RFC 9110, section 9.1): a server sends a body after "head".
    private ImageAction? ActionOf(string method) =>
        method is "GET" or "HEAD" ? ImageAction.Read
        : method is "PUT" or "POST" && _options.AllowUpload ? ImageAction.Upload
        : method is "DELETE" && _options.AllowDelete ? ImageAction.Delete
        : null;

    // A route group adds segments to the pattern.
    private static int PrefixOf(HttpContext context) => ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.PathSegments.Count - 1;

    private async Task FailAsync(HttpContext context, Problem problem, Exception exception)
    {
        if (context.Response.HasStarted)
        {
            // The client must not take the part for the whole.
            Log.ResponseAborted(_logger, exception);
            context.Abort();
        }
        else if (context.RequestAborted.IsCancellationRequested)
        {
            SetStatus(context, ProblemType.ClientClosed.Status);
        }
        else
        {
            if (problem.Type.Status >= StatusCodes.Status500InternalServerError)
            {
                Log.RequestFailed(_logger, problem.Type.Status, problem.Type.Name, exception);
            }
            else
            {
                Log.RequestRefused(_logger, problem.Type.Status, problem.Type.Name, problem.Detail);
            }

            await ProblemWriter.WriteAsync(context, problem).ConfigureAwait(false);
        }
    }

    private static void SetStatus(HttpContext context, int status)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = status;
        }
    }
}

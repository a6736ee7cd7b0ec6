using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ImageStorage.AspNetCore.Problems;

/// <summary>Writes problem details (RFC 9457).</summary>
internal static class ProblemWriter
{
    /// <summary>Answers a request with a problem. The response must not have started.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var (response, headers) = (context.Response, context.Response.Headers);
        headers.ETag = default;
        headers.LastModified = default;
        headers.ContentDisposition = default;
        headers.AcceptRanges = default;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'";
        headers.ContentRange = problem.Length is { } length ? string.Create(CultureInfo.InvariantCulture, $"bytes */{length}") : default(string);
        response.StatusCode = problem.Type.Status;
        var body = JsonSerializer.SerializeToUtf8Bytes(new ProblemJson(problem.Type.Type, problem.Type.Title, problem.Type.Status, problem.Detail), EndpointJson.Default.ProblemJson);
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        return context.Request.Method == HttpMethods.Head ? Task.CompletedTask : response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}

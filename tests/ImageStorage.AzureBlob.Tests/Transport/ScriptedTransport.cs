using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ImageStorage.AzureBlob.Tests.Transport;

/// <summary>Sends and records requests, and loses the requests that a script names.</summary>
internal sealed class ScriptedTransport : HttpPipelineTransport
{
    private static readonly HttpClientTransport Real = new();
    private readonly ConcurrentQueue<string> _sent = new();

    /// <summary>
    /// Gets or sets a delegate that returns the outcome of each attempt, which is described as in <see cref="Sent"/>.
    /// </summary>
    public Func<string, Fate> Script { get; set; } = _ => Fate.Pass;

    /// <summary>
    /// Gets all attempts since the last <see cref="Clear"/>: method and part of the store, such as <c>PUT images</c> or
    /// <c>GET list created</c>.
    /// </summary>
    public IReadOnlyList<string> Sent => [.. _sent];

    /// <summary>Gets all attempts in an order that does not depend on concurrency.</summary>
    public IEnumerable<string> Sorted => Sent.Order(StringComparer.Ordinal);

    public void Clear() => _sent.Clear();

    public override Request CreateRequest() => Real.CreateRequest();

    public override void Process(HttpMessage message)
    {
        var fate = Begin(message);
        Real.Process(message);
        End(message, fate);
    }

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        var fate = Begin(message);
        await Real.ProcessAsync(message);
        End(message, fate);
    }

    private static string Describe(Request request)
    {
        var uri = request.Uri.ToUri();
        var query = uri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var part = segments.Length > 2 ? segments[2] : query.TryGetValue("prefix", out var prefix) ? prefix.TrimEnd('/') : "container";
        return query.TryGetValue("comp", out var comp) ? $"{request.Method} {comp} {part}" : $"{request.Method} {part}";
    }

    private static void End(HttpMessage message, Fate fate)
    {
        if (fate == Fate.LoseAnswer)
        {
            message.Response.Dispose();
            throw new RequestFailedException("The answer was lost.");
        }
    }

    private Fate Begin(HttpMessage message)
    {
        var request = Describe(message.Request);
        _sent.Enqueue(request);
        var fate = Script(request);
        return fate == Fate.LoseRequest ? throw new RequestFailedException("The request was lost.") : fate;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace ImageStorage.Tool.Output;

/// <summary>
/// One JSON document on standard output, written as it comes, so that a list of any length needs no memory. A command
/// that fails on the way leaves it unfinished: half a list must not pass for a whole one.
/// </summary>
internal sealed class JsonOutput : IAsyncDisposable
{
    private const int FlushAt = 16 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",

        // Only "unsafe" inside of a web page: letters and quotes stay as people wrote them.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Stream _stream;
    private bool _completed;

    public JsonOutput(ToolConsole console)
    {
        _stream = console.OpenOutput();
        Writer = new Utf8JsonWriter(_stream, Options);
    }

    public Utf8JsonWriter Writer { get; }

    /// <summary>Writes a whole document.</summary>
    public static async Task WriteAsync(ToolConsole console, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        await using var json = new JsonOutput(console);
        write(json.Writer);
        await json.CompleteAsync(cancellationToken);
    }

    /// <summary>Sends what was written so far once it is worth it.</summary>
    public void Flush()
    {
        if (Writer.BytesPending >= FlushAt)
        {
            Writer.Flush();
        }
    }

    /// <summary>Ends the document.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await Writer.FlushAsync(cancellationToken);
        await _stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
        _completed = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_completed)
        {
            // What was not sent yet never is: a command that fails at once prints nothing.
            Writer.Reset();
        }

        await Writer.DisposeAsync();
        await _stream.DisposeAsync();
    }
}

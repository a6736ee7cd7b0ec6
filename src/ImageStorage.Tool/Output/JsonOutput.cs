using System.Text.Encodings.Web;
using System.Text.Json;

namespace ImageStorage.Tool.Output;

/// <summary>
/// Writes one JSON document to standard output while a command runs, so that a list of any length needs no memory. A
/// command that fails leaves the document unfinished: half a list must not be mistaken for a complete list.
/// </summary>
internal sealed class JsonOutput : IAsyncDisposable
{
    private const int FlushAt = 16 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",

        // "Unsafe" only inside a web page: letters and quotation marks are not escaped.
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

    /// <summary>Writes a complete document.</summary>
    public static async Task WriteAsync(ToolConsole console, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        await using var json = new JsonOutput(console);
        write(json.Writer);
        await json.CompleteAsync(cancellationToken);
    }

    /// <summary>Sends the pending output if the output is long enough.</summary>
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
            // Pending output is dropped: a command that fails immediately prints nothing.
            Writer.Reset();
        }

        await Writer.DisposeAsync();
        await _stream.DisposeAsync();
    }
}

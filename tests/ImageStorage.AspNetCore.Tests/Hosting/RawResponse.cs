using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ImageStorage.AspNetCore.Tests.Hosting;

/// <summary>A response as its bytes arrived.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Gets the name of the problem; empty for a response without problem details.</summary>
    public string Problem => this["Content-Type"] == "application/problem+json" && Body.Length > 0
        ? JsonDocument.Parse(Body).RootElement.GetProperty("type").GetString()!.Split('#')[1]
        : string.Empty;

    public string Text => Encoding.UTF8.GetString(Body);

    public string this[string header] => Headers.TryGetValue(header, out var value) ? value : string.Empty;

    /// <summary>Reads the bytes of one response, up to the end of the connection.</summary>
    public static RawResponse Parse(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return new RawResponse(0, new Dictionary<string, string>(), bytes.ToArray());
        }

        var lines = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new RawResponse(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, bytes[(end + 4)..].ToArray());
    }
}

using System.Globalization;

namespace ImageStorage.CrashHarness.Tracing;

/// <summary>The trace of one run.</summary>
internal sealed class CallTrace
{
    private readonly List<TraceEvent> _events = [];
    private readonly Dictionary<long, (SystemCall Call, int At)> _open = [];

    private CallTrace()
    {
    }

    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>Gets the number of the selected calls.</summary>
    public long Matched { get; private set; }

    /// <summary>Gets the call with the fault; null without one.</summary>
    public SystemCall? Faulted => _events.OfType<FaultInjected>().FirstOrDefault()?.Call;

    public static CallTrace Read(string path)
    {
        var trace = new CallTrace();
        foreach (var line in File.ReadLines(path))
        {
            trace.Add(line);
        }

        return trace;
    }

    private void Add(string line)
    {
        var words = line.Split(' ', 5);
        switch (words[0])
        {
            case "B":
                var paths = words[4].Split('\t');
                var call = new SystemCall(Number(words[1]), words[2], paths[0], paths.Length > 1 ? paths[1] : null, ulong.Parse(words[3], CultureInfo.InvariantCulture));
                _open[call.Number] = (call, _events.Count);
                _events.Add(new CallBegan(call));
                break;
            case "F":
                _events.Add(new FaultInjected(_open[Number(words[1])].Call));
                break;
            case "E" when _open.Remove(Number(words[1]), out var begun):
                _events.Add(new CallEnded(begun.Call, begun.At, Number(words[2]), ulong.Parse(words[3], CultureInfo.InvariantCulture)));
                break;
            case "O":
                _events.Add(new LineWritten(line[(words[1].Length + 3)..]));
                break;
            case "END":
                Matched = Number(words[1]);
                break;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

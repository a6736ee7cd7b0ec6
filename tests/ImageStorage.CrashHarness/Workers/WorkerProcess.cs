using System.Diagnostics;
using System.Text;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>A worker process, as its parent sees it: a process that writes lines.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Thread _reader;
    private readonly Action<string, int>? _lineRead;
    private readonly List<string> _lines = [];

    /// <summary>Starts a worker, which waits for <see cref="Go"/>.</summary>
    /// <param name="options">The options of the worker.</param>
    /// <param name="lineRead">
    /// Called for each line, with the number of lines up to this line, on the reading thread. No further line is read
    /// before the call ends.
    /// </param>
    /// <param name="front">A program that runs the worker, with its arguments.</param>
    public WorkerProcess(WorkerOptions options, Action<string, int>? lineRead = null, params IReadOnlyList<string> front)
    {
        _lineRead = lineRead;
        List<string> command = [.. front, .. HarnessCommand.Self, .. options.ToArguments()];
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };

        // The diagnostic port costs time at each start, and a killed process leaves its sockets.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        _reader = new Thread(Read) { IsBackground = true, Name = "worker's lines" };
        _reader.Start();
    }

    /// <summary>Gets the lines of the worker; complete after its end.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public int ExitCode => _process.ExitCode;

    /// <summary>Gets the id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts the work of the worker.</summary>
    public void Go()
    {
        try
        {
            _process.StandardInput.WriteLine(Worker.Go);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The worker has already died; its exit code shows that.
        }
    }

    /// <summary>Ends the worker in order, like a service that is stopped.</summary>
    public void Finish() => _process.StandardInput.Close();

    /// <summary>Kills the worker: SIGKILL; on Windows, TerminateProcess.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end and the last line of the worker. Returns false if the worker does not end.</summary>
    public bool WaitForEnd(TimeSpan patience)
    {
        if (!_process.WaitForExit(patience))
        {
            return false;
        }

        _reader.Join();
        return true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _reader.Join();
        _process.Dispose();
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            _lines.Add(line);
            _lineRead?.Invoke(line, _lines.Count);
        }
    }
}

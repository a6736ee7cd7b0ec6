using System.Diagnostics;
using System.Text;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>A worker as its parent sees it: a process that writes lines.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Thread _reader;
    private readonly Action<string, int>? _lineRead;
    private readonly List<string> _lines = [];

    /// <summary>Starts a worker, which waits until it is let go.</summary>
    /// <param name="options">What it is to do.</param>
    /// <param name="lineRead">Called for each line, with the number of lines up to it, on the thread that reads them: nothing further is read before it returns.</param>
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

        // No diagnostic port: it costs time at each start, and leaves sockets behind when its process is killed.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        _process = Process.Start(start)!;
        _reader = new Thread(Read) { IsBackground = true, Name = "worker's lines" };
        _reader.Start();
    }

    /// <summary>What the worker wrote. Complete when it has ended.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public int ExitCode => _process.ExitCode;

    /// <summary>Lets the worker go to work.</summary>
    public void Go()
    {
        try
        {
            _process.StandardInput.WriteLine(Worker.Go);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has died before; its exit code tells.
        }
    }

    /// <summary>Lets the worker come to its end, as a service that is stopped.</summary>
    public void Finish() => _process.StandardInput.Close();

    /// <summary>SIGKILL; on Windows, TerminateProcess.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end and its last line; answers false when it does not come to an end.</summary>
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

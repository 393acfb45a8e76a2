@echo off
rem Runs Fairlead from a clone on Windows: builds it when it isn't built or a source is newer, then hands over.
setlocal
set "root=%~dp0"
set "root=%root:~0,-1%"
if not defined FAIRLEAD_BUILD set "FAIRLEAD_BUILD=%root%\artifacts"
set "cli=%FAIRLEAD_BUILD%\cli\fairlead-cli.dll"
set "stamp=%FAIRLEAD_BUILD%\stamp"
where dotnet >nul 2>nul || (
  echo fairlead: the .NET 10 SDK is not installed. Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again. 1>&2
  exit /b 1
)
powershell -NoProfile -Command "$s = Get-Item -ErrorAction SilentlyContinue '%stamp%'; if (!$s) { exit 1 }; $newer = Get-ChildItem -Recurse -Path '%root%\src', '%root%\eng', '%root%\*.props', '%root%\*.targets', '%root%\global.json' | Where-Object { $_.LastWriteTimeUtc -gt $s.LastWriteTimeUtc } | Select-Object -First 1; if ($newer) { exit 1 }"
if errorlevel 1 (
  echo Building Fairlead ... 1>&2
  if not exist "%FAIRLEAD_BUILD%" mkdir "%FAIRLEAD_BUILD%"
  type nul > "%stamp%.next"
  pushd "%root%"
  dotnet publish src\Fairlead.Cli -c Release -p:FairleadLauncher=true --artifacts-path "%FAIRLEAD_BUILD%\build" -o "%FAIRLEAD_BUILD%\cli" -nologo -v m > "%FAIRLEAD_BUILD%\build.log" 2>&1
  if errorlevel 1 (
    popd
    type "%FAIRLEAD_BUILD%\build.log" 1>&2
    exit /b 1
  )
  popd
  move /y "%stamp%.next" "%stamp%" >nul
)
set "FAIRLEAD_ROOT=%root%"
set "FAIRLEAD_SERVER_FOLDER=%FAIRLEAD_BUILD%\model-server"
dotnet "%cli%" %*
exit /b %errorlevel%
